//! The check of subprotocols before the browser is asked: each a token, none twice
//! ([RFC 6455, section 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1), point 10).

use js_sys::{Array, JsString};

use crate::{sys::HAS_JAVASCRIPT, Error};

/// The list of subprotocols as the browser takes it.
pub(crate) fn list<P: AsRef<str>>(protocols: &[P]) -> Result<Array, Error> {
    if !HAS_JAVASCRIPT {
        return Err(Error::Unsupported("WebSocket"));
    }
    check(protocols)?;
    let protocols = protocols
        .iter()
        .map(|protocol| JsString::from(protocol.as_ref()));
    Ok(protocols.collect())
}

/// Finds the first subprotocol for which the browser would throw a `SyntaxError`.
pub(crate) fn check<P: AsRef<str>>(protocols: &[P]) -> Result<(), Error> {
    for (i, protocol) in protocols.iter().enumerate() {
        let protocol = protocol.as_ref();
        if protocol.is_empty() || !protocol.bytes().all(is_token_char) {
            return Err(Error::InvalidProtocol(protocol.to_owned()));
        }
        // A handshake asks for a handful at most.
        if protocols
            .iter()
            .take(i)
            .any(|other| other.as_ref() == protocol)
        {
            return Err(Error::DuplicateProtocol(protocol.to_owned()));
        }
    }
    Ok(())
}

/// Printable ASCII without space and the separators of
/// [RFC 2616, section 2.2](https://www.rfc-editor.org/rfc/rfc2616#section-2.2).
fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_graphic() && !br#"()<>@,;:\"/[]?={}"#.contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(not(target_arch = "wasm32"))]
    use {proptest::prelude::*, std::collections::HashSet};

    #[test]
    fn tokens_in_any_number_are_valid() {
        assert_eq!(check::<&str>(&[]), Ok(()));
        assert_eq!(check(&["chat"]), Ok(()));
        assert_eq!(
            check(&["chat", "Chat", "v2.chat+json", "!#$%&'*+-.^_`|~"]),
            Ok(())
        );
    }

    #[test]
    fn what_is_not_a_token_is_named() {
        for bad in [
            "", "a b", "a,b", "a/b", "a=b", "a\t", "\u{7f}", "ä", "\"a\"", "{a}",
        ] {
            assert_eq!(
                check(&["chat", bad]),
                Err(Error::InvalidProtocol(bad.to_owned()))
            );
        }
    }

    #[test]
    fn a_duplicate_is_named() {
        assert_eq!(
            check(&["chat", "talk", "chat"]),
            Err(Error::DuplicateProtocol("chat".to_owned()))
        );
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest! {
        #[test]
        fn what_is_let_through_is_one_header_that_parts_into_the_same(
            protocols in prop::collection::vec(prop_oneof!["[!-~]{0,3}", "[a-c]", ".{0,3}"], 0..6),
        ) {
            let header = protocols.join(", ");
            let tokens = header.split(',').map(str::trim).filter(|token| !token.is_empty());
            let tokens: Vec<&str> = tokens.collect();
            match check(&protocols) {
                Ok(()) => {
                    prop_assert!(header.is_ascii());
                    prop_assert_eq!(&tokens, &protocols);
                    prop_assert_eq!(tokens.iter().collect::<HashSet<_>>().len(), protocols.len());
                }
                Err(Error::DuplicateProtocol(name)) => {
                    let times = protocols.iter().filter(|protocol| **protocol == name).count();
                    prop_assert!(times > 1);
                }
                Err(Error::InvalidProtocol(name)) => {
                    prop_assert!(name.is_empty() || name.contains(|c: char| !c.is_ascii_alphanumeric()));
                    prop_assert!(protocols.contains(&name));
                }
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }
}
