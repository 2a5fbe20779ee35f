//! [`Bytes`]: a `Vec<u8>` or the browser's buffer, copied when asked
//! ([ArrayBuffer and its views](https://webidl.spec.whatwg.org/#idl-buffer-source-types)).

use std::{
    alloc::{handle_alloc_error, Layout},
    fmt,
    hash::{Hash, Hasher},
};

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{compare::equal_to, copy, outgoing, Content};
use crate::sys::{self, Any, RawSocket, View};

/// Bytes, held as they came: as Rust's `Vec<u8>` or in the browser's memory.
///
/// Bytes made from a buffer or a view aren't copied: what is written to the buffer afterwards is in
/// the message too, until it is sent. A buffer that was transferred away and a view that is out of
/// bounds have no bytes.
#[derive(Clone)]
pub struct Bytes(Repr);

#[derive(Clone)]
enum Repr {
    Rust(Vec<u8>),
    /// A buffer or a view of any class and any realm. It is looked at anew each time, since it can
    /// be detached or resized at any moment.
    Js(Any),
}

impl Bytes {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(Repr::Rust(bytes))
    }

    pub(super) fn from_object(object: impl JsCast) -> Self {
        Self(Repr::Js(object.unchecked_into()))
    }

    /// Recognizes buffers and views by their shape.
    pub(super) fn from_js(value: JsValue) -> Result<Self, JsValue> {
        match sys::number(value.unchecked_ref::<Any>().byte_length()) {
            Some(_) => Ok(Self(Repr::Js(value.unchecked_into()))),
            None => Err(value),
        }
    }

    /// Returns the number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Rust(bytes) => bytes.len(),
            Repr::Js(object) => byte_length(object) as usize,
        }
    }

    /// Returns `true` if there are no bytes, as in an empty message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies the bytes into a `Vec`.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        match &self.0 {
            Repr::Rust(bytes) => bytes.clone(),
            Repr::Js(object) => to_vec(object),
        }
    }

    /// Converts the bytes into a `Vec`, copying them only if the browser holds them.
    #[must_use = "`self` will be dropped if the result is not used"]
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Repr::Rust(bytes) => bytes,
            Repr::Js(object) => to_vec(&object),
        }
    }

    /// Copies the first bytes into `destination`, as many as it has room for, and returns how many.
    pub fn copy_to(&self, destination: &mut [u8]) -> usize {
        self.copy_from(0, destination)
    }

    /// Copies the bytes from `start` on, as [`copy_to`](Self::copy_to) does. Copies none if `start` is
    /// beyond the end.
    pub(crate) fn copy_from(&self, start: usize, destination: &mut [u8]) -> usize {
        match &self.0 {
            Repr::Rust(bytes) => {
                let rest = bytes.get(start..).unwrap_or_default();
                let len = rest.len().min(destination.len());
                destination[..len].copy_from_slice(&rest[..len]);
                len
            }
            Repr::Js(object) => part(object, start as f64, destination.len() as f64)
                .map_or(0, |part| copy::copy(&part, destination)),
        }
    }

    /// Returns the bytes if they are in Rust's memory.
    #[cfg(feature = "codec")]
    pub(crate) fn as_slice(&self) -> Option<&[u8]> {
        match &self.0 {
            Repr::Rust(bytes) => Some(bytes),
            Repr::Js(_) => None,
        }
    }

    /// Returns a view of the bytes for JavaScript, copying them only if Rust holds them.
    #[must_use]
    pub fn as_js(&self) -> Uint8Array {
        match &self.0 {
            Repr::Rust(_) => or_abort(self.to_copy()).into(),
            Repr::Js(object) => view(object).into(),
        }
    }

    /// Returns a buffer of exactly these bytes: the one that arrived or that the bytes were made from,
    /// otherwise a copy.
    #[must_use]
    pub fn as_array_buffer(&self) -> ArrayBuffer {
        match &self.0 {
            Repr::Js(object) if !is_view(object) => object.clone().unchecked_into(),
            _ => or_abort(self.to_copy())
                .unchecked_ref::<Uint8Array>()
                .buffer(),
        }
    }

    /// Copies the bytes into an ordinary buffer, which is neither shared nor resizable.
    fn to_copy(&self) -> Result<View, JsValue> {
        match &self.0 {
            Repr::Rust(bytes) => View::copy_of(bytes),
            // Not by `slice`: that of Node's `Buffer` doesn't copy.
            Repr::Js(object) => View::new(&view(object), 0.0, 0.0),
        }
    }

    /// Copies bytes that a script may still write to. Keeps the original if the browser has no memory
    /// for a copy.
    #[cfg(any(feature = "reconnect", feature = "stream", feature = "test-util"))]
    pub(super) fn snapshot(self) -> Self {
        match &self.0 {
            Repr::Rust(_) => self,
            Repr::Js(_) => match self.to_copy() {
                Ok(copy) => Self(Repr::Js(copy.unchecked_into())),
                Err(_) => self,
            },
        }
    }

    pub(super) fn content(&self) -> Content<'_> {
        match &self.0 {
            Repr::Rust(bytes) => bytes.as_slice().into(),
            Repr::Js(object) => outgoing::of_object(object),
        }
    }
}

/// Sends Rust's bytes from where they lie.
pub(super) fn send_slice(bytes: &[u8], socket: &RawSocket) -> Result<(), JsValue> {
    match cfg!(target_feature = "atomics") {
        // Browsers refuse memory that threads share, as WebAssembly's is then.
        true => socket.send(&View::copy_of(bytes)?.into()),
        false => socket.send_bytes(bytes),
    }
}

/// Sends the bytes of a buffer or a view.
pub(super) fn send_object(object: &Any, socket: &RawSocket) -> Result<(), JsValue> {
    // Not by `slice`: that of Node's `Buffer` doesn't copy.
    let send_copy = || socket.send(&View::new(&view(object), 0.0, 0.0)?.into());
    match is_shared(object) {
        // Browsers refuse memory that threads share, and Node sends its name as text.
        true => send_copy(),
        // Resizable memory is refused, and in Node what was transferred away.
        false => socket.send(object).or_else(|_| send_copy()),
    }
}

/// Returns the number of bytes of an object, or zero if its getter throws or is no number.
pub(super) fn byte_length(object: &Any) -> f64 {
    sys::number(object.byte_length()).unwrap_or(0.0)
}

fn is_view(object: &Any) -> bool {
    object
        .buffer()
        .map_or(true, |buffer| !buffer.is_undefined())
}

/// Only a buffer that threads share has `growable`.
fn is_shared(object: &Any) -> bool {
    let buffer = object.buffer().unwrap_or_default();
    let buffer = match buffer.is_undefined() {
        true => object,
        false => buffer.unchecked_ref(),
    };
    buffer
        .growable()
        .is_ok_and(|growable| !growable.is_undefined())
}

/// Views a buffer, or what another view sees of one, by this realm's own `Uint8Array`. The view is
/// empty if there is nothing to see, as in a buffer that was transferred away.
fn view(object: &Any) -> View {
    part(object, 0.0, f64::INFINITY).unwrap_or_else(|_| empty_view())
}

fn empty_view() -> View {
    Uint8Array::new_with_length(0).unchecked_into()
}

fn to_vec(object: &Any) -> Vec<u8> {
    // Most are buffers, for which less needs to be asked.
    copy::to_vec(&match is_view(object) {
        true => view(object),
        false => View::of_buffer(object).unwrap_or_else(|_| empty_view()),
    })
}

/// Views the bytes from `start` on, at most so many of them.
fn part(object: &Any, start: f64, most: f64) -> Result<View, JsValue> {
    // Beyond the end this is negative, which the constructor refuses.
    let len = (byte_length(object) - start).min(most);
    let buffer = object.buffer()?;
    match buffer.is_undefined() {
        true => View::new(object, start, len),
        false => {
            let offset = sys::number(object.byte_offset()).unwrap_or(0.0);
            View::new(&buffer, offset + start, len)
        }
    }
}

/// Ends the program where the browser has no memory for a copy, as Rust does where it has none.
fn or_abort(copy: Result<View, JsValue>) -> View {
    copy.unwrap_or_else(|_| handle_alloc_error(Layout::new::<u8>()))
}

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Self {
        bytes.into_vec()
    }
}

/// Copies the bytes only if the browser holds them.
#[cfg(feature = "bytes")]
#[cfg_attr(docsrs, doc(cfg(feature = "bytes")))]
impl From<Bytes> for bytes::Bytes {
    fn from(bytes: Bytes) -> Self {
        bytes.into_vec().into()
    }
}

impl PartialEq<[u8]> for Bytes {
    fn eq(&self, other: &[u8]) -> bool {
        match &self.0 {
            Repr::Rust(bytes) => bytes.as_slice() == other,
            _ => self.len() == other.len() && self.to_vec() == other,
        }
    }
}

equal_to!(Bytes, [u8]: &[u8]; Vec<u8>; const N [u8; N]; const N &[u8; N]);

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        match &other.0 {
            Repr::Rust(bytes) => self == bytes.as_slice(),
            _ => self.len() == other.len() && *self == other.to_vec().as_slice(),
        }
    }
}

impl Eq for Bytes {}

/// Hashes as the `Vec` of the same bytes does. To do so, bytes that the browser holds are copied.
impl Hash for Bytes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Rust(bytes) => bytes.hash(state),
            Repr::Js(_) => self.to_vec().hash(state),
        }
    }
}

/// Returns no bytes.
impl Default for Bytes {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// The length, not the content.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

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
        let bytes = Bytes::from([1, 2]);
        assert_eq!(bytes, vec![1, 2]);
        assert_eq!(vec![1, 2], bytes);
        assert_eq!(Bytes::default(), []);
    }

    #[test]
    fn bytes_hash_as_their_vec() {
        let hasher = RandomState::new();
        let hash = hasher.hash_one(Bytes::from([1, 2]));
        assert_eq!(hash, hasher.hash_one(vec![1_u8, 2]));
        assert_ne!(hash, hasher.hash_one(Bytes::from([1, 3])));
    }
}
