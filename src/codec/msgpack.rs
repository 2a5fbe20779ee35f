//! [`MessagePack`]: MessagePack by way of serde
//! ([specification](https://github.com/msgpack/msgpack/blob/master/spec.md)).

use std::error::Error;

use rmp_serde::{decode, encode, Deserializer};
use serde::{de::DeserializeOwned, Deserialize, Serialize};

use super::{floats, BoxError, Codec, Payload};
use crate::Message;

/// As deep as JSON may be: a browser's stack is small, and what overflows it can't be caught.
const MAX_DEPTH: usize = 128;

/// MessagePack, with [rmp-serde](https://docs.rs/rmp-serde): all that serde takes, as binary
/// messages.
///
/// Structs are written as maps with the names of their fields, as other languages do, and read
/// from maps and arrays. Bytes are written as such only with
/// [serde_bytes](https://docs.rs/serde_bytes). A message is exactly one value; a text message is
/// none.
///
/// # Numbers
///
/// JavaScript has one type of numbers, and its libraries don't keep Rust's apart. A whole number is
/// accepted where a float is expected. A float without a fraction is accepted where an integer is
/// expected, up to `Number.MAX_SAFE_INTEGER` (2<sup>53</sup> − 1): msgpackr and msgpack-lite write
/// whole numbers beyond 32 bits so, such as those of `Date.now()`. Such a message is decoded a
/// second time, which takes as long again.
///
/// The format isn't CBOR because the crates that read CBOR by serde (ciborium, cbor4ii,
/// minicbor-serde) refuse a whole number where a float is expected.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(docsrs, doc(cfg(feature = "msgpack")))]
pub struct MessagePack;

impl<In: DeserializeOwned, Out: Serialize> Codec<In, Out> for MessagePack {
    fn decode(payload: Payload<'_>) -> Result<In, Box<dyn Error + Send + Sync>> {
        let bytes = payload.binary()?;
        // What can be decoded as it is may tell floats and integers apart, as an untagged enum does.
        decode_one(bytes).or_else(|error| match floats::to_integers(bytes) {
            Some(bytes) => decode_one(&bytes).map_err(|_| error),
            None => Err(error),
        })
    }

    fn encode(item: &Out) -> Result<Message, Box<dyn Error + Send + Sync>> {
        Ok(encode::to_vec_named(item)?.into())
    }
}

fn decode_one<In: DeserializeOwned>(bytes: &[u8]) -> Result<In, BoxError> {
    let mut deserializer = Deserializer::from_read_ref(bytes);
    deserializer.set_max_depth(MAX_DEPTH);
    let item = In::deserialize(&mut deserializer)?;
    // A unit takes one marker; nothing but the end has none.
    match <()>::deserialize(&mut deserializer) {
        Err(decode::Error::InvalidMarkerRead(_)) => Ok(item),
        _ => Err("more bytes than those of one value".into()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::IgnoredAny;
    use serde_json::json;

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

    /// `{"stamp": 1700000000123}`, as msgpackr and msgpack-lite write it.
    const STAMP: [u8; 16] = *b"\x81\xa5stamp\xcb\x42\x78\xbc\xfe\x56\x87\xb0\x00";

    #[test]
    fn a_whole_number_may_come_as_a_float() {
        assert_eq!(
            f64::from_be_bytes(*STAMP.last_chunk().unwrap()),
            1.7e12 + 123.0
        );
        let stamp: BTreeMap<String, u64> = decode(&STAMP).unwrap();
        assert_eq!(stamp["stamp"], 1_700_000_000_123);

        // serde keeps the content of these as it is before it knows the types in it.
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(tag = "type")]
        enum Tagged {
            Tick { stamp: i64, ratio: f64 },
        }
        let tick = json!({ "type": "Tick", "stamp": -4e9, "ratio": 2.0 });
        let tick: Tagged = decode(&rmp_serde::to_vec(&tick).unwrap()).unwrap();
        assert_eq!(
            tick,
            Tagged::Tick {
                stamp: -4_000_000_000,
                ratio: 2.0
            }
        );
    }

    #[test]
    fn only_a_float_that_is_a_whole_number_and_exact_is_an_integer() {
        let decode_float = |float: f64| decode::<i64>(&rmp_serde::to_vec(&float).unwrap());
        const MAX_SAFE: i64 = (1 << 53) - 1;
        for whole in [0, 1, -1, 1 << 32, -(1 << 40), MAX_SAFE, -MAX_SAFE] {
            assert_eq!(decode_float(whole as f64).unwrap(), whole);
        }
        for float in [0.5, 1e9 + 0.5, 9_007_199_254_740_992.0, -1e16, 1e300] {
            assert!(decode_float(float).is_err(), "{float}");
        }
        for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(decode_float(float).is_err(), "{float}");
        }
        let bytes = rmp_serde::to_vec(&-1.0).unwrap();
        assert!(decode::<u64>(&bytes).is_err());
        let bytes = rmp_serde::to_vec(&300.0).unwrap();
        assert!(decode::<u8>(&bytes).is_err());
        assert_eq!(decode::<u16>(&bytes).unwrap(), 300);
    }

    #[test]
    fn floats_and_integers_are_told_apart_where_both_are_expected() {
        #[derive(Debug, Deserialize, PartialEq)]
        #[serde(untagged)]
        enum Number {
            Integer(i64),
            Float(f64),
        }
        let numbers = rmp_serde::to_vec(&(2, 2.0, -0.0)).unwrap();
        let (integer, float, zero): (Number, Number, Number) = decode(&numbers).unwrap();
        assert_eq!((integer, float), (Number::Integer(2), Number::Float(2.0)));
        assert_eq!(zero, Number::Float(-0.0));
    }

    #[test]
    fn the_error_is_that_of_the_message_as_it_came() {
        let error = decode::<(u8, String)>(&rmp_serde::to_vec(&(1.0, 0.5)).unwrap()).unwrap_err();
        assert!(error.to_string().contains("`1.0`"), "{error}");
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
