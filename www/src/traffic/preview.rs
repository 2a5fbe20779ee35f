//! What a payload looks like: text, hexadecimal digits, or a picture.

use wasm_websocket::{Blob, ObjectUrl};
use web_sys::HtmlImageElement;

use super::{log::Payload, trace::hex};
use crate::blob::blob_of;

/// So many bytes tell what it is, and are shown.
pub(crate) const BEGINNING: usize = 32;

/// So much of a text is shown in a line.
const LINE: usize = 256;

/// The beginning of a text, for a line.
pub(crate) fn line(text: &str) -> &str {
    text.get(..boundary(text, LINE)).unwrap_or_default()
}

/// The last place between characters that isn't behind this one.
pub(crate) fn boundary(text: &str, mut place: usize) -> usize {
    if place >= text.len() {
        return text.len();
    }
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

/// The beginning of binary data, for a line.
pub(crate) fn digits(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| hex(&[*byte])).collect();
    digits.join(" ")
}

/// The name of a picture's format, by how its data begins
/// ([MIME Sniffing, section 6.1](https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern)).
pub(crate) fn picture(beginning: &[u8]) -> Option<&'static str> {
    match beginning {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("PNG"),
        [0xff, 0xd8, 0xff, ..] => Some("JPEG"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("GIF"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', ..] => {
            Some("WebP")
        }
        _ => None,
    }
}

/// An address for the browser to show the picture from.
pub(crate) fn address(payload: &Payload) -> Option<ObjectUrl> {
    match payload {
        Payload::Binary(bytes) => Blob::from(blob_of(bytes).ok()?).object_url().ok(),
        Payload::Blob(blob) => blob.object_url().ok(),
        Payload::Text(_) | Payload::Lost { .. } => None,
    }
}

/// Shows a picture, or none.
pub(crate) fn show(image: &HtmlImageElement, address: Option<&ObjectUrl>) {
    image.set_hidden(address.is_none());
    match address {
        Some(address) => image.set_src(address),
        None => {
            let _ = image.remove_attribute("src");
        }
    }
}

/// Lines of sixteen bytes: the place of the first, their digits, and their characters of ASCII.
pub(crate) fn dump(bytes: &[u8], first: usize) -> String {
    let mut dump = String::new();
    for (index, line) in bytes.chunks(16).enumerate() {
        let printed = |byte: &u8| match *byte {
            byte @ b' '..=b'~' => char::from(byte),
            _ => '.',
        };
        let characters: String = line.iter().map(printed).collect();
        let place = first + 16 * index;
        let (left, right) = line.split_at(line.len().min(8));
        let (left, right) = (digits(left), digits(right));
        dump.push_str(&format!(
            "{place:08x}  {left:23}  {right:23}  {characters}\n"
        ));
    }
    dump
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_between_characters() {
        let text = "ü".repeat(LINE);
        assert_eq!(line(&text).len(), LINE);
        assert_eq!(line(&format!("a{text}")).len(), LINE - 1);
        assert_eq!(line("short"), "short");
    }

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        for (beginning, name) in [
            (&b"\x89PNG\r\n\x1a\n\0"[..], Some("PNG")),
            (b"\xff\xd8\xff\xe0", Some("JPEG")),
            (b"GIF89a", Some("GIF")),
            (b"RIFF....WEBPVP8 ", Some("WebP")),
            (b"RIFF....WAVEfmt ", None),
            (b"\x89PN", None),
            (b"", None),
        ] {
            assert_eq!(picture(beginning), name);
        }
    }

    #[test]
    fn a_dump_has_places_digits_and_characters() {
        let bytes: Vec<u8> = (b'A'..).take(16).chain([0, 255]).collect();
        assert_eq!(
            dump(&bytes, 4096),
            "00001000  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP\n\
             00001010  00 ff                                             ..\n"
        );
        assert_eq!(dump(&[], 0), "");
    }
}
