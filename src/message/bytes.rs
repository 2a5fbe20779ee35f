//! [`Bytes`]: a `Vec<u8>` or the browser's buffer, copied when asked
//! ([ArrayBuffer and its views](https://webidl.spec.whatwg.org/#idl-buffer-source-types)).

use std::fmt;

use js_sys::{ArrayBuffer, DataView, Uint8Array};
use wasm_bindgen::prelude::*;

use super::copy;
use crate::sys::RawSocket;

/// Bytes, held as they came: as Rust's `Vec<u8>` or in the browser's memory.
///
/// What was made from a buffer or a view of one's own isn't copied: what is written to that
/// afterwards is in the message too, until it is sent.
#[derive(Clone)]
pub struct Bytes(Repr);

#[derive(Clone)]
enum Repr {
    Rust(Vec<u8>),
    Buffer(ArrayBuffer),
    View(Uint8Array),
}

impl Bytes {
    /// The number of bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Rust(bytes) => bytes.len(),
            Repr::Buffer(buffer) => buffer.byte_length() as usize,
            Repr::View(view) => view.length() as usize,
        }
    }

    /// Whether there is no byte in it, as in an empty message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies them into a `Vec`.
    pub fn to_vec(&self) -> Vec<u8> {
        match &self.0 {
            Repr::Rust(bytes) => bytes.clone(),
            Repr::Buffer(buffer) => copy::to_vec(&view(buffer)),
            Repr::View(view) => copy::to_vec(view),
        }
    }

    /// Turns them into a `Vec`, copied only if they were the browser's.
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Repr::Rust(bytes) => bytes,
            _ => self.to_vec(),
        }
    }

    /// Copies as many bytes as both have room for, from the first one on, and returns how many.
    pub fn copy_to(&self, destination: &mut [u8]) -> usize {
        self.copy_from(0, destination)
    }

    /// The same from a later byte on; beyond the last one there is nothing to copy.
    pub(crate) fn copy_from(&self, start: usize, destination: &mut [u8]) -> usize {
        let len = self.len().saturating_sub(start).min(destination.len());
        if len == 0 {
            return 0;
        }
        let (end, destination) = (start + len, &mut destination[..len]);
        match &self.0 {
            Repr::Rust(bytes) => destination.copy_from_slice(&bytes[start..end]),
            Repr::Buffer(buffer) => {
                Uint8Array::new_with_byte_offset_and_length(buffer, start as u32, len as u32)
                    .copy_to(destination);
            }
            Repr::View(view) => view.subarray(start as u32, end as u32).copy_to(destination),
        }
        len
    }

    /// Where they lie, if it is in Rust's memory.
    #[cfg(feature = "codec")]
    pub(crate) fn as_slice(&self) -> Option<&[u8]> {
        match &self.0 {
            Repr::Rust(bytes) => Some(bytes),
            Repr::Buffer(_) | Repr::View(_) => None,
        }
    }

    /// The browser's view of them, copied only if they were Rust's.
    pub fn as_js(&self) -> Uint8Array {
        match &self.0 {
            Repr::Rust(bytes) => bytes.as_slice().into(),
            Repr::Buffer(buffer) => view(buffer),
            Repr::View(view) => view.clone(),
        }
    }

    /// A buffer of exactly these bytes; the one that arrived if that is what it is, else a copy.
    pub fn as_array_buffer(&self) -> ArrayBuffer {
        match &self.0 {
            Repr::Rust(bytes) => Uint8Array::from(bytes.as_slice()).buffer(),
            Repr::Buffer(buffer) => buffer.clone(),
            Repr::View(view) => unshared(view).buffer(),
        }
    }

    pub(super) fn snapshot(self) -> Self {
        Self(match self.0 {
            Repr::Rust(bytes) => Repr::Rust(bytes),
            Repr::Buffer(buffer) => Repr::Buffer(buffer.slice_with_end(0, buffer.byte_length())),
            Repr::View(view) => Repr::View(unshared(&view)),
        })
    }

    pub(super) fn send_to(&self, socket: &web_sys::WebSocket) -> Result<(), JsValue> {
        match &self.0 {
            // `send` refuses memory that threads share, and WebAssembly's is that in such builds.
            Repr::Rust(bytes) if cfg!(target_feature = "atomics") => {
                socket.send_with_array_buffer(&Uint8Array::from(bytes.as_slice()).buffer())
            }
            Repr::Rust(bytes) => socket.send_with_u8_array(bytes),
            Repr::Buffer(buffer) => socket.send_with_array_buffer(buffer),
            Repr::View(view) => {
                let view = if view.buffer().is_instance_of::<ArrayBuffer>() {
                    view
                } else {
                    &unshared(view)
                };
                socket.unchecked_ref::<RawSocket>().send_view(view)
            }
        }
    }
}

/// A copy in a buffer of its own, which threads don't share even if the view's is.
fn unshared(view: &Uint8Array) -> Uint8Array {
    view.slice(0, view.length())
}

/// A view of a whole buffer; an empty one if the buffer was transferred away, of which none can
/// be made.
fn view(buffer: &ArrayBuffer) -> Uint8Array {
    if buffer.byte_length() == 0 {
        Uint8Array::new_with_length(0)
    } else {
        Uint8Array::new(buffer)
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Repr::Rust(bytes))
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(Repr::Rust(bytes.to_vec()))
    }
}

impl<const N: usize> From<[u8; N]> for Bytes {
    fn from(bytes: [u8; N]) -> Self {
        Self(Repr::Rust(bytes.into()))
    }
}

impl<const N: usize> From<&[u8; N]> for Bytes {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl From<ArrayBuffer> for Bytes {
    fn from(buffer: ArrayBuffer) -> Self {
        Self(Repr::Buffer(buffer))
    }
}

impl From<Uint8Array> for Bytes {
    fn from(view: Uint8Array) -> Self {
        Self(Repr::View(view))
    }
}

/// The other views, of which only the bytes count: they are sent as they lie in memory.
macro_rules! from_views {
    ($($view:ty),+) => {$(
        impl From<$view> for Bytes {
            fn from(view: $view) -> Self {
                let buffer = view.buffer();
                // Where it was transferred away, there is nothing to view.
                if buffer.byte_length() == 0 {
                    return Self(Repr::View(Uint8Array::new_with_length(0)));
                }
                let (offset, len) = (view.byte_offset() as u32, view.byte_length() as u32);
                Self(Repr::View(Uint8Array::new_with_byte_offset_and_length(
                    &buffer,
                    offset,
                    len,
                )))
            }
        }
    )+};
}

from_views!(
    js_sys::Int8Array,
    js_sys::Uint8ClampedArray,
    js_sys::Int16Array,
    js_sys::Uint16Array,
    js_sys::Float16Array,
    js_sys::Int32Array,
    js_sys::Uint32Array,
    js_sys::Float32Array,
    js_sys::BigInt64Array,
    js_sys::BigUint64Array,
    js_sys::Float64Array,
    DataView
);

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Self {
        bytes.into_vec()
    }
}

impl PartialEq<[u8]> for Bytes {
    fn eq(&self, other: &[u8]) -> bool {
        match &self.0 {
            Repr::Rust(bytes) => bytes == other,
            _ => self.len() == other.len() && self.to_vec() == other,
        }
    }
}

impl PartialEq<&[u8]> for Bytes {
    fn eq(&self, other: &&[u8]) -> bool {
        self == *other
    }
}

impl<const N: usize> PartialEq<[u8; N]> for Bytes {
    fn eq(&self, other: &[u8; N]) -> bool {
        self == other.as_slice()
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        match &other.0 {
            Repr::Rust(bytes) => self == bytes.as_slice(),
            _ => self.len() == other.len() && *self == other.to_vec().as_slice(),
        }
    }
}

impl Eq for Bytes {}

/// The length, not the content.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_bytes_are_copied_as_both_have_room_for() {
        let bytes = Bytes::from([1, 2, 3]);
        for (room, copied) in [(0, 0), (2, 2), (3, 3), (5, 3)] {
            let mut destination = vec![9; room];
            assert_eq!(bytes.copy_to(&mut destination), copied);
            assert_eq!(destination[..copied], [1, 2, 3][..copied]);
            assert!(destination[copied..].iter().all(|&byte| byte == 9));
        }
    }

    #[test]
    fn copying_goes_on_from_any_byte_and_stops_at_the_last() {
        let bytes = Bytes::from([1, 2, 3]);
        for (start, copied) in [(0, 2), (1, 2), (2, 1), (3, 0), (4, 0), (usize::MAX, 0)] {
            let mut destination = [9; 2];
            assert_eq!(bytes.copy_from(start, &mut destination), copied);
            let rest = [1, 2, 3].get(start..).unwrap_or_default();
            assert_eq!(destination[..copied], rest[..copied]);
            assert!(destination[copied..].iter().all(|&byte| byte == 9));
        }
    }

    #[test]
    fn a_vec_goes_through_without_a_copy() {
        let vec = vec![1, 2, 3];
        let address = vec.as_ptr();
        let through = Bytes::from(vec).into_vec();
        assert_eq!(through.as_ptr(), address);
    }

    #[test]
    fn bytes_are_compared_by_content() {
        assert_eq!(Bytes::from([1, 2]), Bytes::from(vec![1, 2]));
        assert_ne!(Bytes::from([1, 2]), Bytes::from([1, 3]));
        assert!(Bytes::from([]).is_empty() && !Bytes::from([0]).is_empty());
    }
}
