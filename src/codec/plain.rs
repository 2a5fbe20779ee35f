//! [`Plain`] and [`Binary`]: text and bytes as they are, without serde
//! ([RFC 6455, section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6)).

use super::{BoxError, Codec, Payload};
use crate::Message;

/// Text as it is: a `String` for each text message that arrives, and a text message for each
/// `String` or `&str`.
///
/// A binary message is [`CodecError::Decode`](super::CodecError::Decode).
///
/// ```no_run
/// use futures::StreamExt;
/// use wasm_websocket::{CodecError, Plain};
///
/// # async fn example() -> Result<(), CodecError> {
/// let connection = wasm_websocket::connect("wss://example.org/lines").await?;
/// let mut lines = connection.typed::<Plain, String, &str>();
/// lines.send(&"hello").await?;
/// while let Some(line) = lines.next().await {
///     println!("{}", line?);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
pub struct Plain;

impl<Out: AsRef<str>> Codec<String, Out> for Plain {
    fn decode(payload: Payload<'_>) -> Result<String, BoxError> {
        Ok(payload.text()?.to_owned())
    }

    fn encode(item: &Out) -> Result<Message, BoxError> {
        Ok(item.as_ref().into())
    }
}

/// Bytes as they are: a `Vec<u8>` for each binary message that arrives, and a binary message for
/// each `Vec<u8>`, `&[u8]` or array.
///
/// A text message is [`CodecError::Decode`](super::CodecError::Decode).
///
/// ```no_run
/// use futures::StreamExt;
/// use wasm_websocket::{Binary, CodecError};
///
/// # async fn example() -> Result<(), CodecError> {
/// let connection = wasm_websocket::connect("wss://example.org/packets").await?;
/// let mut packets = connection.typed::<Binary, Vec<u8>, [u8; 3]>();
/// packets.send(&[1, 2, 3]).await?;
/// while let Some(packet) = packets.next().await {
///     println!("{} bytes", packet?.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(docsrs, doc(cfg(feature = "codec")))]
pub struct Binary;

impl<Out: AsRef<[u8]>> Codec<Vec<u8>, Out> for Binary {
    fn decode(payload: Payload<'_>) -> Result<Vec<u8>, BoxError> {
        Ok(payload.binary()?.to_owned())
    }

    fn encode(item: &Out) -> Result<Message, BoxError> {
        Ok(item.as_ref().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_and_goes_as_it_is() {
        let decode = <Plain as Codec<String, &str>>::decode;
        assert_eq!(decode(Payload::Text("grüezi")).unwrap(), "grüezi");
        assert!(decode(Payload::Binary(b"gruezi")).is_err());
        assert_eq!(Plain::encode(&"grüezi").unwrap(), "grüezi");
        assert_eq!(Plain::encode(&"grüezi".to_owned()).unwrap(), "grüezi");
    }

    #[test]
    fn bytes_come_and_go_as_they_are() {
        let decode = <Binary as Codec<Vec<u8>, Vec<u8>>>::decode;
        assert_eq!(decode(Payload::Binary(&[1, 2])).unwrap(), [1, 2]);
        assert!(decode(Payload::Text("\u{1}\u{2}")).is_err());
        assert_eq!(Binary::encode(&[1, 2]).unwrap(), [1, 2]);
        assert_eq!(Binary::encode(&vec![1, 2]).unwrap(), [1, 2]);
    }
}
