//! Numbers in as few bytes as they need, seven bits in each
//! ([LEB128](https://webassembly.github.io/spec/core/binary/values.html#integers)).

use super::Malformed;

const MORE: u8 = 0x80;

pub(super) fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= MORE.into() {
        bytes.push(number as u8 | MORE);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number off the front of `bytes`.
pub(super) fn read(bytes: &mut &[u8]) -> Result<u32, Malformed> {
    let mut number = 0;
    for shift in (0..u32::BITS).step_by(7) {
        let byte = read_byte(bytes)?;
        let bits = u32::from(byte & !MORE);
        if bits << shift >> shift != bits || (byte == 0 && shift > 0) {
            return Err(Malformed::Number);
        }
        number |= bits << shift;
        if byte & MORE == 0 {
            return Ok(number);
        }
    }
    Err(Malformed::Number)
}

pub(super) fn read_byte(bytes: &mut &[u8]) -> Result<u8, Malformed> {
    let (first, rest) = bytes.split_first().ok_or(Malformed::Truncated)?;
    *bytes = rest;
    Ok(*first)
}

pub(super) fn write_signed(bytes: &mut Vec<u8>, number: i32) {
    write(bytes, ((number << 1) ^ (number >> 31)) as u32);
}

pub(super) fn read_signed(bytes: &mut &[u8]) -> Result<i32, Malformed> {
    let number = read(bytes)?;
    Ok((number >> 1) as i32 ^ -((number & 1) as i32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_numbers_take_a_byte() {
        for (number, length) in [(0, 1), (127, 1), (128, 2), (16383, 2), (u32::MAX, 5)] {
            let mut bytes = Vec::new();
            write(&mut bytes, number);
            assert_eq!(bytes.len(), length, "{number}");
        }
        for number in [-64, 63] {
            let mut bytes = Vec::new();
            write_signed(&mut bytes, number);
            assert_eq!(bytes.len(), 1, "{number}");
        }
    }

    #[test]
    fn what_is_too_large_or_too_long_is_no_number() {
        for bytes in [
            &[0x80, 0x00][..],
            &[0xff, 0x80, 0x00],
            &[0xff, 0xff, 0xff, 0xff, 0x10],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ] {
            assert_eq!(read(&mut &bytes[..]), Err(Malformed::Number), "{bytes:?}");
        }
        assert_eq!(read(&mut &[0x80][..]), Err(Malformed::Truncated));
        assert_eq!(read(&mut &[][..]), Err(Malformed::Truncated));
    }

    proptest! {
        #[test]
        fn numbers_survive(number: u32, signed: i32) {
            let mut bytes = Vec::new();
            write(&mut bytes, number);
            write_signed(&mut bytes, signed);
            let mut rest = &bytes[..];
            prop_assert_eq!(read(&mut rest), Ok(number));
            prop_assert_eq!(read_signed(&mut rest), Ok(signed));
            prop_assert!(rest.is_empty());
        }
    }
}
