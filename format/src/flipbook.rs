//! The frames of a flipbook: a message over a socket is one of them
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)), the body of an
//! answer over HTTP any number
//! ([RFC 9110, section 6.4](https://www.rfc-editor.org/rfc/rfc9110#section-6.4)).
//!
//! | a frame | |
//! |---|---|
//! | number | u32, one more than that of the frame before, the first is 1 |
//! | length of the image | u32 |
//! | created | f64, milliseconds on the clock of who made it |
//! | image | a PNG |
//! | padding | zeros, as many as wanted |
//!
//! In a body, each frame has its length before it, as u32.

use std::fmt;

/// The bytes in front of a frame in a body.
pub const PREFIX: usize = 4;

/// What is in front of an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// The first frame's is 1.
    pub number: u32,
    /// The image's length in bytes.
    pub image: u32,
    /// When the frame was made, in milliseconds.
    pub created: f64,
}

impl Header {
    /// Its own length in bytes.
    pub const LENGTH: usize = 16;

    /// Reads it from the start of a frame, which is `length` bytes long in all.
    ///
    /// # Errors
    ///
    /// [`Malformed`], if no frame starts so.
    pub fn read(start: &[u8], length: usize) -> Result<Self, Malformed> {
        let bytes: &[u8; Self::LENGTH] = start.first_chunk().ok_or(Malformed::Short)?;
        let [a, b, c, d, e, f, g, h, created @ ..] = *bytes;
        let header = Self {
            number: u32::from_le_bytes([a, b, c, d]),
            image: u32::from_le_bytes([e, f, g, h]),
            created: f64::from_le_bytes(created),
        };
        let room = length.checked_sub(Self::LENGTH).ok_or(Malformed::Short)?;
        if header.image as usize > room {
            return Err(Malformed::Image);
        }
        if !header.created.is_finite() {
            return Err(Malformed::Created);
        }
        Ok(header)
    }

    /// The bytes that [`read`](Self::read) reads.
    pub fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        let (numbers, created) = bytes.split_at_mut(8);
        let (number, image) = numbers.split_at_mut(4);
        number.copy_from_slice(&self.number.to_le_bytes());
        image.copy_from_slice(&self.image.to_le_bytes());
        created.copy_from_slice(&self.created.to_le_bytes());
        bytes
    }
}

/// What stands in front of a frame of this many bytes in a body.
///
/// # Errors
///
/// [`Malformed::Length`], if it is too long for a u32.
pub fn prefix(length: usize) -> Result<[u8; PREFIX], Malformed> {
    u32::try_from(length)
        .map(u32::to_le_bytes)
        .map_err(|_| Malformed::Length)
}

/// Reads the length of the next frame in a body from what is `left` of it, and that frame's
/// header. `start` are the first bytes of what is left, [`PREFIX`] and [`Header::LENGTH`] of them.
///
/// # Errors
///
/// [`Malformed`], if no frame follows.
pub fn next(start: &[u8], left: usize) -> Result<(usize, Header), Malformed> {
    let (prefix, start) = start.split_first_chunk().ok_or(Malformed::Short)?;
    let length = u32::from_le_bytes(*prefix) as usize;
    if left.checked_sub(PREFIX).is_none_or(|left| length > left) {
        return Err(Malformed::Length);
    }
    Header::read(start, length).map(|header| (length, header))
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It ends within its header.
    Short,
    /// The image would be longer than the frame.
    Image,
    /// The time is no number.
    Created,
    /// The frame would be longer than the body, or than a length can say.
    Length,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "the frame ends within its header",
            Self::Image => "the image is longer than the frame",
            Self::Created => "the frame's time is not a number",
            Self::Length => "the frame is longer than what it came in",
        })
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_bytes_are_as_documented() {
        let header = Header {
            number: 0x0403_0201,
            image: 0x0807_0605,
            created: 1.0,
        };
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f];
        assert_eq!(header.to_bytes(), bytes);
    }

    #[test]
    fn what_is_no_frame_is_said() {
        let header = |image, created| {
            let number = 1;
            Header {
                number,
                image,
                created,
            }
            .to_bytes()
        };
        for (bytes, length, error) in [
            (&header(0, 0.0)[..15], 15, Malformed::Short),
            (&header(0, 0.0)[..], 15, Malformed::Short),
            (&header(5, 0.0)[..], 20, Malformed::Image),
            (&header(u32::MAX, 0.0)[..], 20, Malformed::Image),
            (&header(0, f64::NAN)[..], 16, Malformed::Created),
            (&header(0, f64::INFINITY)[..], 16, Malformed::Created),
        ] {
            assert_eq!(Header::read(bytes, length), Err(error));
        }
        let mut body = [0; 20];
        body[..4].copy_from_slice(&17_u32.to_le_bytes());
        assert_eq!(next(&body, 20), Err(Malformed::Length));
        assert_eq!(next(&body[..3], 3), Err(Malformed::Short));
    }

    proptest! {
        #[test]
        fn a_header_survives_the_way(number: u32, image: u32, created in -1e300..1e300, more in 0..9_usize) {
            let header = Header { number, image, created };
            let length = Header::LENGTH + image as usize + more;
            prop_assert_eq!(Header::read(&header.to_bytes(), length), Ok(header));
            let body = [&prefix(length).unwrap_or_default()[..], &header.to_bytes()].concat();
            match u32::try_from(length) {
                Ok(_) => prop_assert_eq!(next(&body, PREFIX + length), Ok((length, header))),
                Err(_) => prop_assert_eq!(prefix(length), Err(Malformed::Length)),
            }
        }

        #[test]
        fn no_bytes_make_it_panic(length: usize, prefix in 0..60_u32, image in 0..60_u32, rest: Vec<u8>) {
            let bytes = [&prefix.to_le_bytes()[..], &[1; 4], &image.to_le_bytes(), &[0; 8], &rest].concat();
            let bytes = &bytes[..length % (bytes.len() + 1)];
            let _ = Header::read(bytes, length);
            let _ = Header::read(&rest, length);
            if let Ok((length, header)) = next(bytes, bytes.len()) {
                prop_assert!(PREFIX + length <= bytes.len());
                prop_assert!(Header::LENGTH + header.image as usize <= length);
            }
        }
    }
}
