//! [`Text`]: a `String` or the browser's string, converted when asked
//! ([USVString](https://webidl.spec.whatwg.org/#idl-USVString)).

use std::{
    borrow::Cow,
    fmt,
    hash::{Hash, Hasher},
};

use js_sys::JsString;

use super::{compare::equal_to, copy, Content};

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
    pub(super) fn new(text: String) -> Self {
        Self(Repr::Rust(text))
    }

    pub(super) fn from_object(text: JsString) -> Self {
        Self(Repr::Js(text))
    }

    /// Returns `true` if the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Repr::Rust(text) => text.is_empty(),
            Repr::Js(text) => text.length() == 0,
        }
    }

    /// Copies the text into a `String`.
    // Display would first make one, and then copy that.
    #[must_use]
    #[allow(clippy::inherent_to_string_shadow_display)]
    pub fn to_string(&self) -> String {
        match &self.0 {
            Repr::Rust(text) => text.clone(),
            Repr::Js(text) => copy::to_string(text),
        }
    }

    /// Converts the text into a `String`, copying it only if the browser holds it.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub fn into_string(self) -> String {
        match self.0 {
            Repr::Rust(text) => text,
            Repr::Js(text) => copy::to_string(&text),
        }
    }

    /// Returns the text as Rust's, copying it only if the browser holds it.
    pub(crate) fn to_str(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Rust(text) => Cow::Borrowed(text),
            Repr::Js(text) => Cow::Owned(copy::to_string(text)),
        }
    }

    /// Returns the text as JavaScript's string, copying it only if Rust holds it.
    #[must_use]
    pub fn as_js(&self) -> JsString {
        match &self.0 {
            Repr::Rust(text) => text.as_str().into(),
            Repr::Js(text) => text.clone(),
        }
    }

    /// Returns whether the lengths allow that both are equal.
    fn may_equal(&self, other: &JsString) -> bool {
        match &self.0 {
            Repr::Rust(text) => may_equal(other, text),
            // Lone surrogates count as what they become.
            Repr::Js(text) => text.length() == other.length(),
        }
    }

    pub(super) fn content(&self) -> Content<'_> {
        match &self.0 {
            Repr::Rust(text) => text.as_str().into(),
            Repr::Js(text) => text.into(),
        }
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.into_string()
    }
}

/// Returns whether the lengths allow that both are equal: a UTF-16 unit takes one to three bytes of
/// UTF-8.
fn may_equal(js: &JsString, rust: &str) -> bool {
    let units = js.length() as usize;
    units <= rust.len() && rust.len() <= units.saturating_mul(3)
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        match &self.0 {
            Repr::Rust(text) => text == other,
            Repr::Js(text) => may_equal(text, other) && copy::to_string(text) == other,
        }
    }
}

equal_to!(Text, str: &str; String);

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        match &other.0 {
            Repr::Rust(text) => self == text.as_str(),
            Repr::Js(text) => self.may_equal(text) && *self == copy::to_string(text).as_str(),
        }
    }
}

impl Eq for Text {}

/// Hashes as the `String` of the same text does. To do so, the browser's text is copied.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_str().hash(state);
    }
}

/// Returns the empty text.
impl Default for Text {
    fn default() -> Self {
        Self::new(String::new())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Rust(text) => f.pad(text),
            Repr::Js(text) => f.pad(&copy::to_string(text)),
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

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

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
        assert_eq!(text, "grüezi".to_owned());
        assert_eq!("grüezi", text);
        assert_eq!(Text::default(), "");
    }

    #[test]
    fn text_hashes_as_its_string() {
        let hasher = RandomState::new();
        let hash = hasher.hash_one(Text::from("grüezi"));
        assert_eq!(hash, hasher.hash_one("grüezi"));
        assert_ne!(hash, hasher.hash_one(Text::from("gruezi")));
    }
}
