//! [`Text`]: a `String` or the browser's string, converted when asked
//! ([USVString](https://webidl.spec.whatwg.org/#idl-USVString)).

use std::fmt;

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::socket::RawSocket;

/// From this length on, in UTF-16 code units, `TextEncoder` is faster than wasm-bindgen's own
/// way, which walks the string character by character.
const ENCODER_PAYS_FROM: u32 = 300;

/// Text, held as it came: as Rust's `String` or as the browser's string.
///
/// Received text is always well-formed. A [`JsString`] of one's own may hold lone surrogates;
/// whether it is sent or read, each becomes U+FFFD.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Rust(String),
    Js(JsString),
}

impl Text {
    /// Whether there is no character in it.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Repr::Rust(text) => text.is_empty(),
            Repr::Js(text) => text.length() == 0,
        }
    }

    /// Copies it into a `String`.
    // Display would first make one, and then copy that.
    #[allow(clippy::inherent_to_string_shadow_display)]
    pub fn to_string(&self) -> String {
        match &self.0 {
            Repr::Rust(text) => text.clone(),
            Repr::Js(text) => decode(text),
        }
    }

    /// Turns it into a `String`, copied only if it was the browser's.
    pub fn into_string(self) -> String {
        match self.0 {
            Repr::Rust(text) => text,
            Repr::Js(text) => decode(&text),
        }
    }

    /// The browser's string, copied only if it was Rust's.
    pub fn as_js(&self) -> JsString {
        match &self.0 {
            Repr::Rust(text) => text.as_str().into(),
            Repr::Js(text) => text.clone(),
        }
    }

    pub(super) fn size(&self) -> u64 {
        match &self.0 {
            Repr::Rust(text) => text.len() as u64,
            Repr::Js(text) => text.length().into(),
        }
    }

    pub(super) fn send_to(&self, socket: &web_sys::WebSocket) -> Result<(), JsValue> {
        match &self.0 {
            Repr::Rust(text) => socket.send_with_str(text),
            Repr::Js(text) => socket.unchecked_ref::<RawSocket>().send_text(text),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Rust(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Repr::Rust(text.to_owned()))
    }
}

impl From<JsString> for Text {
    fn from(text: JsString) -> Self {
        Self(Repr::Js(text))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.into_string()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        match &self.0 {
            Repr::Rust(text) => text == other,
            Repr::Js(text) => decode(text) == other,
        }
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        match &other.0 {
            Repr::Rust(text) => self == text.as_str(),
            Repr::Js(text) => *self == decode(text).as_str(),
        }
    }
}

impl Eq for Text {}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Rust(text) => f.pad(text),
            Repr::Js(text) => f.pad(&decode(text)),
        }
    }
}

/// The length and where it is held, not the content.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Rust(text) => write!(f, "Text({} bytes)", text.len()),
            Repr::Js(text) => write!(f, "Text({} UTF-16 units)", text.length()),
        }
    }
}

/// Copies the browser's string into Rust's memory.
fn decode(text: &JsString) -> String {
    let units = text.length();
    if units < ENCODER_PAYS_FROM {
        return text.into();
    }
    // What the encoder writes is well-formed, whatever the string holds.
    String::from_utf8(ENCODER.with(|encoder| encode(encoder, text, units)))
        .unwrap_or_else(|_| text.into())
}

/// Writes the string as UTF-8: once if it is ASCII, else the rest of it a second time.
fn encode(encoder: &TextEncoder, text: &JsString, units: u32) -> Vec<u8> {
    let mut utf8 = vec![0; units as usize];
    let first = encoder.encode_into(text, &mut utf8);
    let (read, mut written) = (first.read(), first.written() as usize);
    if read < units {
        // A unit takes three bytes at the most.
        utf8.resize(written + 3 * (units - read) as usize, 0);
        let rest = text.substring(read, units);
        written += encoder.encode_into(&rest, &mut utf8[written..]).written() as usize;
    }
    utf8.truncate(written);
    utf8
}

thread_local! {
    /// Without a state of its own; making one for each text costs more than a short one.
    static ENCODER: TextEncoder = TextEncoder::new();
}

#[wasm_bindgen]
extern "C" {
    /// web-sys has it for Rust's strings only, where it has no use.
    type TextEncoder;
    type EncodeIntoResult;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method, js_name = encodeInto)]
    fn encode_into(
        this: &TextEncoder,
        source: &JsString,
        destination: &mut [u8],
    ) -> EncodeIntoResult;

    #[wasm_bindgen(method, getter)]
    fn read(this: &EncodeIntoResult) -> u32;

    #[wasm_bindgen(method, getter)]
    fn written(this: &EncodeIntoResult) -> u32;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_goes_through_without_a_copy() {
        let string = String::from("grüezi");
        let address = string.as_ptr();
        let through = Text::from(string).into_string();
        assert_eq!(through.as_ptr(), address);
    }

    #[test]
    fn text_is_shown_and_compared_by_content() {
        let text = Text::from("grüezi");
        assert_eq!(text, Text::from("grüezi".to_owned()));
        assert_ne!(text, Text::from("gruezi"));
        assert_eq!(text.to_string(), "grüezi");
        assert_eq!(format!("{text:>8}|"), "  grüezi|");
        assert!(!text.is_empty() && Text::from("").is_empty());
    }
}
