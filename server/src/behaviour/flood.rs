//! Sends numbered messages as fast as the client takes them.

use serde::Deserialize;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::{Behaviour, Data, Step};
use crate::closing;

/// Sends `count` messages of `size` bytes, then closes or falls silent.
#[derive(Debug)]
pub(crate) struct Flood {
    pub(crate) count: u32,
    pub(crate) size: usize,
    pub(crate) kind: Kind,
    pub(crate) then_close: bool,
    pub(crate) sent: u32,
}

/// Which messages are text.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    #[default]
    Binary,
    Text,
    /// The even ones.
    Mixed,
}

impl Behaviour for Flood {
    fn unprompted(&mut self) -> Option<Step> {
        let index = self.sent;
        if index < self.count {
            self.sent += 1;
            return Some(Step::Send(match self.kind {
                Kind::Text => text(index, self.size),
                Kind::Mixed if index % 2 == 0 => text(index, self.size),
                Kind::Binary | Kind::Mixed => binary(index, self.size),
            }));
        }
        std::mem::take(&mut self.then_close)
            .then(|| Step::Close(closing::frame(CloseCode::Normal, "")))
    }

    fn answer(&mut self, _: Data) -> Option<Step> {
        None
    }
}

/// The index in four bytes, little-endian, then its low byte again and again.
fn binary(index: u32, size: usize) -> Data {
    let mut bytes = vec![index as u8; size];
    bytes
        .iter_mut()
        .zip(index.to_le_bytes())
        .for_each(|(byte, number)| *byte = number);
    Data::Binary(bytes.into())
}

/// The index in ten digits, or its last `size` ones, then a letter again and again.
fn text(index: u32, size: usize) -> Data {
    let digits = format!("{index:010}");
    let digits = &digits[digits.len().saturating_sub(size)..];
    let letter = char::from(b'a' + (index % 26) as u8);
    let mut text = String::with_capacity(size);
    text.push_str(digits);
    text.extend(std::iter::repeat_n(letter, size - digits.len()));
    Data::Text(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_their_index_as_far_as_it_fits() {
        assert_eq!(binary(0x0102, 6).as_bytes(), [2, 1, 0, 0, 2, 2]);
        assert_eq!(binary(0x0102, 1).as_bytes(), [2]);
        assert_eq!(binary(7, 0).as_bytes(), b"");
        assert_eq!(text(27, 13).as_bytes(), b"0000000027bbb");
        assert_eq!(text(27, 10).as_bytes(), b"0000000027");
        assert_eq!(text(127, 2).as_bytes(), b"27");
        assert_eq!(text(27, 0).as_bytes(), b"");
    }
}
