//! Text between JavaScript and Rust: every length and script, and what isn't well-formed.

use js_sys::JsString;
use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::Text;

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
