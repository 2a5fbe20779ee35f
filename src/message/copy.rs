//! Copies from the browser's memory into Rust's, each into memory that nobody cleared before
//! ([TextEncoder](https://encoding.spec.whatwg.org/#interface-textencoder),
//! [typed arrays](https://tc39.es/ecma262/#sec-typedarray-objects)).
//!
//! The `unsafe` here is for speed. Without it, text of several bytes a character takes about 1.6
//! times as long, since it is checked for what the encoder guarantees; `scripts/bench` shows the
//! figures. This file trusts the browser's `Uint8Array` and `TextEncoder`, as wasm-bindgen's own code
//! does: a script that replaces them could write to WebAssembly's memory anyway.

use std::{mem::MaybeUninit, ptr};

use js_sys::JsString;
use wasm_bindgen::JsCast;

use crate::sys::{self, Any, TextEncoder, View};

/// From this length on, in UTF-16 code units, `TextEncoder` is faster than wasm-bindgen's own
/// way, which walks the string character by character.
const ENCODER_PAYS_FROM: u32 = 300;

/// Up to so many bytes, room for the worst case is made at once. Beyond, room for ASCII comes first
/// and then grows, so that a big text doesn't take three times its size.
const AT_ONCE_UP_TO: usize = BYTES_PER_UNIT << 16;

/// A UTF-16 code unit takes so many bytes of UTF-8 at the most.
const BYTES_PER_UNIT: usize = 3;

/// Copies a view that this crate made, so that its length is the browser's word.
pub(super) fn to_vec(view: &View) -> Vec<u8> {
    let len = len(view);
    let mut bytes = Vec::with_capacity(len);
    if sys::copy_view(&mut bytes.spare_capacity_mut()[..len], view).is_ok() {
        // SAFETY: `set` wrote each of these bytes.
        unsafe { bytes.set_len(len) };
    }
    bytes
}

/// Copies a view that has no more bytes than there is room for, and returns how many it has.
pub(super) fn copy(view: &View, destination: &mut [u8]) -> usize {
    let len = len(view).min(destination.len());
    // SAFETY: initialized bytes may be seen as ones that needn't be, and `set` leaves none
    // uninitialized.
    let room = unsafe { &mut *(ptr::from_mut(&mut destination[..len]) as *mut [MaybeUninit<u8>]) };
    sys::copy_view(room, view).map_or(0, |()| len)
}

fn len(view: &View) -> usize {
    sys::number(view.unchecked_ref::<Any>().byte_length()).unwrap_or(0.0) as usize
}

pub(super) fn to_string(text: &JsString) -> String {
    let units = text.length();
    // The encoder doesn't write to memory that threads share.
    if units < ENCODER_PAYS_FROM || cfg!(target_feature = "atomics") {
        return text.into();
    }
    match encode(text, units) {
        // SAFETY: the encoder writes well-formed UTF-8 and no part of a character.
        Some(utf8) => unsafe { String::from_utf8_unchecked(utf8) },
        None => text.into(),
    }
}

/// Has it encoded as UTF-8; `None` if there is no memory for that, or no encoder that works.
fn encode(text: &JsString, units: u32) -> Option<Vec<u8>> {
    let encoder = TextEncoder::new().ok()?;
    let mut utf8 = Vec::new();
    let mut room = AT_ONCE_UP_TO.max(units as usize);
    let mut start = 0;
    while start < units {
        let most = ((units - start) as usize).saturating_mul(BYTES_PER_UNIT);
        utf8.try_reserve_exact(room.min(most)).ok()?;
        start += match start {
            0 => write(&encoder, text, units, &mut utf8)?,
            _ => write(
                &encoder,
                &text.substring(start, units),
                units - start,
                &mut utf8,
            )?,
        };
        room = AT_ONCE_UP_TO.max(utf8.len());
    }
    utf8.shrink_to_fit();
    Some(utf8)
}

/// Appends as much of it as there is room for, and returns how many units that was: at least one,
/// and not more than there are.
fn write(encoder: &TextEncoder, text: &JsString, units: u32, utf8: &mut Vec<u8>) -> Option<u32> {
    let room = utf8.spare_capacity_mut();
    let limit = room.len();
    let result = encoder.encode_into(text, room).ok()?;
    let written = (sys::number(result.written())? as usize).min(limit);
    let read = sys::number(result.read())? as u32;
    // SAFETY: the encoder wrote so many bytes, and there was room for them.
    unsafe { utf8.set_len(utf8.len() + written) };
    (1..=units).contains(&read).then_some(read)
}
