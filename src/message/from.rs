//! Messages and their parts from all that can be sent.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use js_sys::{ArrayBuffer, JsString};
use wasm_bindgen::JsCast;

use super::{outgoing::Kind, Blob, Bytes, Content, Message, Outgoing, Text};

/// Passes the types of text and of bytes in Rust to a macro, and how each becomes a `String` or a
/// `Vec<u8>`.
macro_rules! for_rust_types {
    ($implement:ident) => {
        $implement! {
            Text(Text, str) {
                String: text => text;
                &str: text => text.to_owned();
                &String: text => text.to_owned();
                Box<str>: text => text.into();
                Cow<'_, str>: text => text.into_owned();
                Rc<str>: text => (*text).to_owned();
                Arc<str>: text => (*text).to_owned();
            }
            Binary(Bytes, [u8]) {
                Vec<u8>: bytes => bytes;
                &[u8]: bytes => bytes.to_vec();
                &Vec<u8>: bytes => bytes.to_vec();
                const N [u8; N]: bytes => bytes.into();
                const N &[u8; N]: bytes => bytes.to_vec();
                Box<[u8]>: bytes => bytes.into();
                Cow<'_, [u8]>: bytes => bytes.into_owned();
                Rc<[u8]>: bytes => bytes.to_vec();
                Arc<[u8]>: bytes => bytes.to_vec();
                #[cfg(feature = "bytes")]
                #[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
                ::bytes::Bytes: bytes => bytes.into();
                #[cfg(feature = "bytes")]
                #[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
                ::bytes::BytesMut: bytes => bytes.into();
            }
        }
    };
}

#[cfg(feature = "remote")]
pub(crate) use for_rust_types;

macro_rules! message_from_rust {
    ($($kind:ident($part:ident, $content:ty) {
        $($(#[$attribute:meta])* $(const $n:ident)? $source:ty: $value:ident => $owned:expr;)+
    })+) => {$($(
        $(#[$attribute])*
        impl$(<const $n: usize>)? From<$source> for $part {
            fn from($value: $source) -> Self {
                Self::new($owned)
            }
        }

        $(#[$attribute])*
        impl$(<const $n: usize>)? From<$source> for Message {
            fn from($value: $source) -> Self {
                Self::$kind($part::new($owned))
            }
        }

        $(#[$attribute])*
        impl$(<const $n: usize>)? Outgoing for $source {
            fn content(&self) -> Content<'_> {
                AsRef::<$content>::as_ref(self).into()
            }
        }
    )+)+};
}

for_rust_types!(message_from_rust);

/// Each class of JavaScript that becomes a part of a message, that part, and the kind of content.
macro_rules! message_from {
    ($($kind:ident($part:ident): $content:ident <- $($source:ty),+;)+) => {
        $(
            impl From<$part> for Message {
                fn from(part: $part) -> Self {
                    Self::$kind(part)
                }
            }

            $(
                impl From<$source> for $part {
                    fn from(source: $source) -> Self {
                        Self::from_object(source)
                    }
                }

                impl From<$source> for Message {
                    fn from(source: $source) -> Self {
                        Self::$kind($part::from_object(source))
                    }
                }

                impl<'a> From<&'a $source> for Content<'a> {
                    fn from(source: &'a $source) -> Self {
                        Self(Kind::$content(source.unchecked_ref()))
                    }
                }

                impl Outgoing for $source {
                    fn content(&self) -> Content<'_> {
                        self.into()
                    }
                }
            )+
        )+
    };
}

// Of views only the bytes count: they are sent as they lie in memory.
message_from! {
    Text(Text): JsText <- JsString;
    Binary(Bytes): JsBytes <- ArrayBuffer,
        js_sys::Int8Array, js_sys::Uint8Array, js_sys::Uint8ClampedArray,
        js_sys::Int16Array, js_sys::Uint16Array, js_sys::Float16Array,
        js_sys::Int32Array, js_sys::Uint32Array, js_sys::Float32Array,
        js_sys::BigInt64Array, js_sys::BigUint64Array, js_sys::Float64Array,
        js_sys::DataView;
    Blob(Blob): Blob <- web_sys::Blob;
}

impl From<&JsString> for Text {
    fn from(text: &JsString) -> Self {
        text.clone().into()
    }
}

impl From<&JsString> for Message {
    fn from(text: &JsString) -> Self {
        text.clone().into()
    }
}

impl Outgoing for &JsString {
    fn content(&self) -> Content<'_> {
        (*self).into()
    }
}
