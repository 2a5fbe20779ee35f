//! [`MessagePack`]: MessagePack by way of serde
//! ([specification](https://github.com/msgpack/msgpack/blob/master/spec.md)).

use std::error::Error;

use rmp_serde::{decode, encode, Deserializer};
use serde::{de::DeserializeOwned, Deserialize, Serialize};

use super::{Codec, Payload};
use crate::Message;

/// As deep as JSON may be: a browser's stack is small, and what overflows it can't be caught.
const MAX_DEPTH: usize = 128;

/// MessagePack, with [rmp-serde](https://docs.rs/rmp-serde): all that serde takes, as binary
/// messages.
///
/// Structs are written as maps with the names of their fields, as other languages do, and read
/// from maps and arrays. Bytes are written as such only with
/// [serde_bytes](https://docs.rs/serde_bytes). A message is one value, and text none.
///
/// It is this format and not CBOR because of peers in JavaScript: to those, 1.0 is the whole
/// number 1, and what reads CBOR by serde (ciborium, cbor4ii, minicbor-serde) refuses that where
/// a float is expected.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(docsrs, doc(cfg(feature = "msgpack")))]
pub struct MessagePack;

impl<In: DeserializeOwned, Out: Serialize> Codec<In, Out> for MessagePack {
    fn decode(payload: Payload<'_>) -> Result<In, Box<dyn Error + Send + Sync>> {
        let mut deserializer = Deserializer::from_read_ref(payload.binary()?);
        deserializer.set_max_depth(MAX_DEPTH);
        let item = In::deserialize(&mut deserializer)?;
        // A unit takes one marker; nothing but the end has none.
        match <()>::deserialize(&mut deserializer) {
            Err(decode::Error::InvalidMarkerRead(_)) => Ok(item),
            _ => Err("more bytes than those of one value".into()),
        }
    }

    fn encode(item: &Out) -> Result<Message, Box<dyn Error + Send + Sync>> {
        Ok(encode::to_vec_named(item)?.into())
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Point {
        x: f64,
        label: Option<String>,
    }

    fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Box<dyn Error + Send + Sync>> {
        <MessagePack as Codec<T, ()>>::decode(Payload::Binary(bytes))
    }

    #[test]
    fn fields_are_written_with_their_names_and_read_without_too() {
        let (x, label) = (0.5, Some("a".to_owned()));
        let point = Point { x, label };
        let message = <MessagePack as Codec<(), _>>::encode(&point).unwrap();
        let bytes = message.as_bytes().unwrap().to_vec();
        assert_eq!(bytes[..3], [0x82, 0xa1, b'x']);
        assert_eq!(decode::<Point>(&bytes).unwrap(), point);
        let array = rmp_serde::to_vec(&point).unwrap();
        assert!(array.len() < bytes.len());
        assert_eq!(decode::<Point>(&array).unwrap(), point);
    }

    #[test]
    fn a_float_may_come_as_a_whole_number_or_with_less_precision() {
        assert_eq!(decode::<f64>(&[1]).unwrap(), 1.0);
        assert_eq!(decode::<f64>(&[0xca, 0x3f, 0x80, 0, 0]).unwrap(), 1.0);
    }

    #[test]
    fn what_is_not_exactly_one_value_is_an_error() {
        assert!(decode::<u8>(&[1]).is_ok());
        for bytes in [
            [].as_slice(),
            &[0xc0],
            &[1, 2],
            &[1, 0xc0],
            // What follows is cut short itself: an array, text, an extension.
            &[1, 0x91],
            &[1, 0xa5],
            &[1, 0xc7, 9],
            &[1, 0xc1],
        ] {
            assert!(decode::<u8>(bytes).is_err(), "{bytes:?}");
        }
        let text = <MessagePack as Codec<u8, ()>>::decode(Payload::Text("\u{1}"));
        assert!(text.is_err());
    }

    #[test]
    fn made_up_lengths_and_depths_are_errors() {
        let (len, array, text) = ([0xff; 4], 0xdd, 0xdb);
        assert!(decode::<Vec<u64>>(&[[array].as_slice(), &len].concat()).is_err());
        assert!(decode::<String>(&[[text].as_slice(), &len].concat()).is_err());
        let nested = |depth| [vec![0x91; depth], vec![0xc0]].concat();
        assert!(decode::<IgnoredAny>(&nested(MAX_DEPTH - 2)).is_ok());
        assert!(decode::<IgnoredAny>(&nested(MAX_DEPTH + 1)).is_err());
        assert!(decode::<IgnoredAny>(&nested(100_000)).is_err());
    }
}
