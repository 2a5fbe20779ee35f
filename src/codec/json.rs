//! [`Json`]: JSON by way of serde ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)).

use std::{error::Error, str};

use serde::{de::DeserializeOwned, Serialize};

use super::{finite::Finite, Codec, Payload};
use crate::Message;

/// JSON, with [serde_json](https://docs.rs/serde_json): all that serde takes, as text messages.
///
/// Binary messages are decoded too, as UTF-8, since there are servers that send JSON in them.
///
/// NaN and infinite numbers can't be encoded: they are [`CodecError::Encode`](super::CodecError::Encode).
/// serde_json alone would write `null`, which doesn't decode as a number.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
pub struct Json;

impl<In: DeserializeOwned, Out: Serialize> Codec<In, Out> for Json {
    fn decode(payload: Payload<'_>) -> Result<In, Box<dyn Error + Send + Sync>> {
        let text = match payload {
            Payload::Text(text) => text,
            Payload::Binary(bytes) => str::from_utf8(bytes)?,
        };
        Ok(serde_json::from_str(text)?)
    }

    fn encode(item: &Out) -> Result<Message, Box<dyn Error + Send + Sync>> {
        Ok(serde_json::to_string(&Finite(item))?.into())
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, HashMap},
        net::Ipv4Addr,
    };

    use serde::Serializer;

    use super::*;

    #[test]
    fn values_become_text_and_come_back_from_text_and_bytes() {
        type Values = Vec<Option<(u8, String)>>;
        let values: Values = vec![Some((1, "grüezi".to_owned())), None];
        let message = <Json as Codec<(), _>>::encode(&values).unwrap();
        assert_eq!(message, r#"[[1,"grüezi"],null]"#);
        let text = r#" [[1, "gr\u00fcezi"], null] "#;
        for payload in [Payload::Text(text), Payload::Binary(text.as_bytes())] {
            let decoded = <Json as Codec<Values, ()>>::decode(payload).unwrap();
            assert_eq!(decoded, values);
        }
    }

    #[test]
    fn what_is_not_exactly_one_value_is_an_error() {
        for payload in [
            Payload::Text(""),
            Payload::Text("1 2"),
            Payload::Text("[1"),
            Payload::Text("\"one\""),
            Payload::Binary(&[0xff]),
        ] {
            let decoded = <Json as Codec<u8, ()>>::decode(payload);
            assert!(decoded.is_err(), "{payload:?}");
        }
    }

    #[test]
    fn what_json_cannot_hold_is_an_error() {
        let pairs_as_keys = HashMap::from([((1, 2), 3)]);
        assert!(<Json as Codec<(), _>>::encode(&pairs_as_keys).is_err());
    }

    #[derive(Serialize)]
    enum Part<'a> {
        Unit,
        Newtype(f64),
        Tuple(u8, f64),
        Struct { number: f64 },
        Text(&'a str),
    }

    #[derive(Serialize)]
    struct Newtype(f32);

    /// A map with a number as its key.
    struct Key(f64);

    impl Serialize for Key {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map([(self.0, 1)])
        }
    }

    #[derive(Serialize)]
    struct Pair(u8, f64);

    /// One number in each place where there can be one, and what it is there.
    fn places(number: f64) -> Vec<Result<Message, Box<dyn Error + Send + Sync>>> {
        macro_rules! encoded {
            ($($item:expr),+ $(,)?) => {
                vec![$(<Json as Codec<(), _>>::encode(&$item)),+]
            };
        }
        encoded![
            number,
            number as f32,
            Some(number),
            [number],
            vec![0.5, number],
            (1, "a", number),
            Newtype(number as f32),
            Pair(1, number),
            Part::Newtype(number),
            Part::Tuple(1, number),
            Part::Struct { number },
            HashMap::from([("a", Some(vec![Part::Struct { number }]))]),
            HashMap::from([("a", HashMap::from([("b", number)]))]),
            Key(number),
        ]
    }

    #[test]
    fn nan_and_infinities_are_errors_wherever_they_are() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for encoded in places(number) {
                let words = encoded.unwrap_err().to_string();
                assert_eq!(words, "JSON can't hold NaN or an infinite number");
            }
        }
    }

    #[test]
    fn what_is_finite_is_written_as_serde_json_writes_it() {
        let expected = [
            "2.5",
            "2.5",
            "2.5",
            "[2.5]",
            "[0.5,2.5]",
            r#"[1,"a",2.5]"#,
            "2.5",
            "[1,2.5]",
            r#"{"Newtype":2.5}"#,
            r#"{"Tuple":[1,2.5]}"#,
            r#"{"Struct":{"number":2.5}}"#,
            r#"{"a":[{"Struct":{"number":2.5}}]}"#,
            r#"{"a":{"b":2.5}}"#,
            r#"{"2.5":1}"#,
        ];
        for (encoded, expected) in places(2.5).into_iter().zip(expected) {
            assert_eq!(encoded.unwrap(), expected);
        }
        let others = (
            (true, 'ä', i128::MIN, u128::MAX, ()),
            (i8::MIN, i16::MIN, i32::MIN, i64::MIN),
            (u8::MAX, u16::MAX, u32::MAX, u64::MAX),
            (Part::Unit, Part::Text("a"), None::<f64>),
            Ipv4Addr::LOCALHOST,
            BTreeMap::from([(1, "a"), (2, "b")]),
        );
        let encoded = <Json as Codec<(), _>>::encode(&others).unwrap();
        assert_eq!(encoded, serde_json::to_string(&others).unwrap());
    }

    #[test]
    fn values_of_serde_json_are_written_as_they_are() {
        let value = serde_json::json!({ "a": [1, 2.5, null, "b", { "c": false }] });
        let encoded = <Json as Codec<(), _>>::encode(&value).unwrap();
        assert_eq!(encoded, value.to_string());
    }
}
