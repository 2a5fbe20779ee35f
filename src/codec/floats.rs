//! Floats in MessagePack that are whole numbers
//! ([formats](https://github.com/msgpack/msgpack/blob/master/spec.md#formats)).

/// The markers of the format that are needed here.
const FLOAT32: u8 = 0xca;
const FLOAT64: u8 = 0xcb;
const INT64: u8 = 0xd3;

/// JavaScript's `Number.MAX_SAFE_INTEGER`, up to which a float is exact.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Returns the message with each float that is a whole number as an integer, or `None` if there is
/// no such float.
///
/// What an array or a map holds follows its marker, so that the message is read as one sequence of
/// values, however deep they are nested.
pub(super) fn to_integers(message: &[u8]) -> Option<Vec<u8>> {
    let mut converted = Vec::new();
    let (mut copied, mut position) = (0, 0);
    while let Some((marker, data)) = message.get(position..).and_then(<[u8]>::split_first) {
        let end = (position + 1).saturating_add(data_len(*marker, data));
        if let Some(integer) = whole(*marker, data) {
            converted.extend_from_slice(&message[copied..position]);
            converted.push(INT64);
            converted.extend_from_slice(&integer.to_be_bytes());
            copied = end;
        }
        position = end;
    }
    (copied > 0).then(|| {
        converted.extend_from_slice(&message[copied..]);
        converted
    })
}

/// Returns the whole number that this value is as a float.
fn whole(marker: u8, data: &[u8]) -> Option<i64> {
    let float = match marker {
        FLOAT32 => f32::from_be_bytes(*data.first_chunk()?).into(),
        FLOAT64 => f64::from_be_bytes(*data.first_chunk()?),
        _ => return None,
    };
    let integer = float as i64;
    // By their bits, since -0.0 is no integer.
    let is_exact = (integer as f64).to_bits() == float.to_bits();
    (is_exact && integer.unsigned_abs() <= MAX_SAFE_INTEGER).then_some(integer)
}

/// Returns how many bytes of a value follow its marker. Those of an array or a map are its length.
fn data_len(marker: u8, data: &[u8]) -> usize {
    // A length of this many bytes, and so many bytes after it.
    let prefixed = |width: usize, extra: usize| {
        let len = data.iter().take(width);
        let len = len.fold(0, |len: usize, &byte| len << 8 | usize::from(byte));
        len.saturating_add(width + extra)
    };
    match marker {
        // Strings, binary data and extensions.
        0xa0..=0xbf => usize::from(marker & 0x1f),
        0xd9..=0xdb => prefixed(1 << (marker - 0xd9), 0),
        0xc4..=0xc6 => prefixed(1 << (marker - 0xc4), 0),
        0xc7..=0xc9 => prefixed(1 << (marker - 0xc7), 1),
        0xd4..=0xd8 => (1 << (marker - 0xd4)) + 1,
        // Numbers of 8 to 64 bits, and the lengths of arrays and maps.
        0xcc | 0xd0 => 1,
        0xcd | 0xd1 | 0xdc | 0xde => 2,
        FLOAT32 | 0xce | 0xd2 | 0xdd | 0xdf => 4,
        FLOAT64 | 0xcf | INT64 => 8,
        // All others are their marker alone.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_become_integers_and_all_else_stays() {
        let float: &[u8] = b"\xca\x40\x00\x00\x00";
        let integer: &[u8] = b"\xd3\x00\x00\x00\x00\x00\x00\x00\x02";
        // Each holds what would be the marker of a float.
        for other in [
            b"\x05".as_slice(),
            b"\xe0",
            b"\x91",
            b"\x81",
            b"\xc0",
            b"\xc3",
            b"\xa2\xca\xcb",
            b"\xd9\x01\xcb",
            b"\xda\x00\x01\xcb",
            b"\xdb\x00\x00\x00\x01\xcb",
            b"\xc4\x01\xcb",
            b"\xc5\x00\x01\xcb",
            b"\xc6\x00\x00\x00\x01\xcb",
            b"\xc7\x01\xcb\xcb",
            b"\xc8\x00\x01\xcb\xcb",
            b"\xc9\x00\x00\x00\x01\xcb\xcb",
            b"\xd4\xcb\xcb",
            b"\xd5\xcb\xcb\xcb",
            b"\xd6\xcb\xcb\xcb\xcb\xcb",
            b"\xd7\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb",
            b"\xd8\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb",
            b"\xcc\xcb",
            b"\xd0\xcb",
            b"\xcd\xcb\xcb",
            b"\xd1\xcb\xcb",
            b"\xdc\xcb\xcb",
            b"\xde\xcb\xcb",
            b"\xce\xcb\xcb\xcb\xcb",
            b"\xd2\xcb\xcb\xcb\xcb",
            b"\xdd\xcb\xcb\xcb\xcb",
            b"\xdf\xcb\xcb\xcb\xcb",
            b"\xcf\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb",
            b"\xd3\xcb\xcb\xcb\xcb\xcb\xcb\xcb\xcb",
            b"\xca\x3f\x00\x00\x00",
            b"\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00",
        ] {
            assert_eq!(to_integers(other), None, "{other:x?}");
            let converted = to_integers(&[float, other, float].concat());
            let expected = [integer, other, integer].concat();
            assert_eq!(converted, Some(expected), "{other:x?}");
        }
    }

    #[test]
    fn what_is_cut_short_or_made_up_stays() {
        for cut in [
            b"".as_slice(),
            b"\xca\x40\x00\x00",
            b"\xcb\x40\x00\x00\x00\x00\x00\x00",
            b"\xdb\xff\xff\xff\xff\xcb",
            b"\xc9\xff\xff\xff\xff",
            b"\xdb\xff",
        ] {
            assert_eq!(to_integers(cut), None, "{cut:x?}");
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn no_message_is_a_panic(message: Vec<u8>) {
            let _ = to_integers(&message);
        }
    }
}
