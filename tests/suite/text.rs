//! Text between JavaScript and Rust: every length and script, and what isn't well-formed.

use js_sys::{Function, JsString};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Message, Text};

/// Each with characters of another width in UTF-8 and UTF-16.
const SCRIPTS: [&str; 6] = ["a", "ä", "€", "𝄞", "aä€𝄞", "aaaaaaaaaaaaaaa𝄞"];

#[test]
fn text_of_every_length_and_script_is_converted_whole() {
    for script in SCRIPTS {
        for len in (0..20).chain(280..320).chain([1000, 4096, 65_537]) {
            let text: String = script.chars().cycle().take(len).collect();
            let js = JsString::from(text.as_str());
            assert!(
                Text::from(js.clone()).to_string() == text,
                "{len} of {script}"
            );
            assert!(Text::from(js.clone()).into_string() == text);
            assert!(Text::from(text.as_str()).as_js() == js);
            assert_eq!(Text::from(js).is_empty(), text.is_empty());
        }
    }
}

#[test]
fn lone_surrogates_become_replacement_characters() {
    let (lead, trail) = (0xd834, 0xdd1e);
    for broken in [
        vec![lead],
        vec![trail],
        vec![trail, lead],
        vec![lead, lead, trail],
        vec![0x61, lead, 0x62],
    ] {
        for padding in [0, 150, 298, 299, 300, 600] {
            let mut units = vec![0x61; padding];
            units.extend(&broken);
            units.resize(units.len() + padding, 0xe4);
            let text = Text::from(JsString::from_char_code(&units));
            let expected = String::from_utf16_lossy(&units);
            assert_eq!(text.to_string(), expected, "{padding} {broken:x?}");
        }
    }
}

#[test]
fn any_units_are_converted_as_by_from_utf16_lossy() {
    let random = |below: u32| (js_sys::Math::random() * f64::from(below)) as u32;
    for _ in 0..2000 {
        // Around the length from which another way is taken, and of what is one of a pair or alone.
        let units: Vec<u16> = (0..random(900))
            .map(|_| match random(8) {
                0 => 0xd800 + random(0x800),
                1 => random(0x10000),
                _ => random(0x800),
            } as u16)
            .collect();
        let text = Text::from(JsString::from_char_code(&units));
        assert_eq!(
            text.to_string(),
            String::from_utf16_lossy(&units),
            "{units:x?}"
        );
    }
}

#[test]
fn text_is_shown_as_it_is() {
    let text = Text::from(JsString::from("grüezi"));
    assert_eq!(format!("{text:>8}|"), "  grüezi|");
    assert_eq!(text, Text::from("grüezi"));
    assert_eq!(Text::from("grüezi"), text);
    assert_ne!(text, Text::from("gruezi"));
}

#[test]
fn text_is_not_copied_to_be_found_too_long_or_too_short() {
    let text = Message::from(JsString::from("a").repeat(100_000));
    let other = Message::from(JsString::from("b").repeat(100_001));
    let restore = break_encoder("throws");
    let before = count_encodings();
    assert_ne!(text, "pong");
    assert_ne!(text, *"a".repeat(300_001));
    assert_ne!(text, *"a".repeat(99_999));
    assert_ne!(text.as_text(), other.as_text());
    let pong = Message::from("pong");
    assert_ne!(text.as_text(), pong.as_text());
    assert_ne!(pong.as_text(), text.as_text());
    let after = count_encodings();
    assert_eq!(text, *"a".repeat(100_000));
    // With atomics the encoder isn't asked: it doesn't write to memory that threads share.
    let is_encoded = !cfg!(target_feature = "atomics");
    assert_eq!(
        count_encodings() > after,
        is_encoded,
        "what may be equal is compared"
    );
    call(&restore);
    assert_eq!(before, after);
}

#[test]
fn text_survives_an_encoder_that_is_broken() {
    let text = "abc".repeat(70_000);
    let js = JsString::from(text.as_str());
    for how in [
        "missing",
        "throws",
        "nothing",
        "too much",
        "nonsense",
        "bigint",
        "undefined",
    ] {
        let restore = break_encoder(how);
        let copied = Text::from(js.clone()).to_string();
        call(&restore);
        assert!(copied == text, "{how}");
    }
    assert!(Text::from(js).to_string() == text);
}

fn call(function: &Function) {
    function.call0(&JsValue::UNDEFINED).unwrap();
}

#[wasm_bindgen(module = "/tests/suite/page.js")]
extern "C" {
    /// Puts an encoder in place that is broken in this way, and returns what puts the real one back.
    fn break_encoder(how: &str) -> Function;
    fn count_encodings() -> u32;
}
