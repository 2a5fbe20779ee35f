//! [`Json`]: JSON by way of serde ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)).

use std::{error::Error, str};

use serde::{de::DeserializeOwned, Serialize};

use super::{Codec, Payload};
use crate::Message;

/// JSON, with [serde_json](https://docs.rs/serde_json): all that serde takes, as text messages.
///
/// Binary messages are decoded too, as UTF-8: there are servers that send JSON so.
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
        Ok(serde_json::to_string(item)?.into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

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
}
