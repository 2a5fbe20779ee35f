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

use crate::sys::{self, TextEncoder, View};

/// From this length on, in UTF-16 code units, `TextEncoder` is faster than wasm-bindgen's own
/// way, which walks the string character by character.
const ENCODER_PAYS_FROM: u32 = 300;

/// Up to so many bytes, room for the worst case is made at once. Beyond, room for ASCII comes first,
/// so that such a text doesn't take three times its size.
const AT_ONCE_UP_TO: usize = BYTES_PER_UNIT << 16;

/// A UTF-16 code unit takes so many bytes of UTF-8 at the most.
const BYTES_PER_UNIT: usize = 3;

/// And a character so many.
const BYTES_PER_CHARACTER: usize = 4;

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
    view.length() as usize
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
    let units = units as usize;
    let most = units.saturating_mul(BYTES_PER_UNIT);
    let mut room = most.min(AT_ONCE_UP_TO.max(units));
    loop {
        let mut utf8 = Vec::new();
        utf8.try_reserve_exact(room.saturating_add(BYTES_PER_CHARACTER))
            .ok()?;
        let spare = utf8.spare_capacity_mut();
        let limit = spare.len() - BYTES_PER_CHARACTER;
        let result = encoder.encode_into(text, spare).ok()?;
        let written = sys::number(result.get("written"))? as usize;
        // Where another character has room, there is no other. Each unit takes a byte or more.
        if (units..=limit).contains(&written) {
            // SAFETY: the encoder wrote so many bytes, and there was room for them.
            unsafe { utf8.set_len(written) };
            utf8.shrink_to_fit();
            return Some(utf8);
        }
        if room == most {
            return None;
        }
        room = most;
    }
}
