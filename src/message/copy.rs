//! Copies from the browser's memory into Rust's, each into memory that nobody cleared before
//! ([TextEncoder](https://encoding.spec.whatwg.org/#interface-textencoder),
//! [typed arrays](https://tc39.es/ecma262/#sec-typedarray-objects)).
//!
//! This is the only file with `unsafe`. Without it, text of several bytes a character takes about
//! 1.6 times as long, since it is checked for what the encoder guarantees; `scripts/bench` shows
//! the figures. Both functions trust the browser's `Uint8Array` and `TextEncoder`, as
//! wasm-bindgen's own code does.

use std::mem::MaybeUninit;

use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;

/// From this length on, in UTF-16 code units, `TextEncoder` is faster than wasm-bindgen's own
/// way, which walks the string character by character.
const ENCODER_PAYS_FROM: u32 = 300;

/// Up to this length, room for the worst case is made at once. Beyond, room for ASCII comes
/// first, so that a big text doesn't take three times its size.
const AT_ONCE_UP_TO: u32 = 1 << 16;

/// A UTF-16 code unit takes so many bytes of UTF-8 at the most.
const BYTES_PER_UNIT: usize = 3;

pub(super) fn to_vec(view: &Uint8Array) -> Vec<u8> {
    let len = view.length() as usize;
    let mut bytes = Vec::with_capacity(len);
    copy(&mut bytes.spare_capacity_mut()[..len], view);
    // SAFETY: `set` wrote each of these bytes, or threw.
    unsafe { bytes.set_len(len) };
    bytes
}

pub(super) fn to_string(text: &JsString) -> String {
    let units = text.length();
    // The encoder doesn't write to memory that threads share.
    if units < ENCODER_PAYS_FROM || cfg!(target_feature = "atomics") {
        return text.into();
    }
    match ENCODER.with(|encoder| encode(encoder, text, units)) {
        // SAFETY: the encoder writes well-formed UTF-8 and no part of a character.
        Some(utf8) => unsafe { String::from_utf8_unchecked(utf8) },
        None => text.into(),
    }
}

/// Has it encoded as UTF-8, in two goes at the most.
fn encode(encoder: &TextEncoder, text: &JsString, units: u32) -> Option<Vec<u8>> {
    let at_once = if units > AT_ONCE_UP_TO {
        1
    } else {
        BYTES_PER_UNIT
    };
    let mut utf8 = Vec::with_capacity(units as usize * at_once);
    let first = write(encoder, text, &mut utf8);
    if first < units {
        utf8.reserve((units - first) as usize * BYTES_PER_UNIT);
        let second = write(encoder, &text.substring(first, units), &mut utf8);
        if first + second < units {
            return None;
        }
    }
    utf8.shrink_to_fit();
    Some(utf8)
}

/// Appends as much of it as there is room for, and returns how many units that was.
fn write(encoder: &TextEncoder, text: &JsString, utf8: &mut Vec<u8>) -> u32 {
    let room = utf8.spare_capacity_mut();
    let limit = room.len();
    let result = encoder.encode_into(text, room);
    let written = (result.written() as usize).min(limit);
    // SAFETY: the encoder wrote so many bytes, and there was room for them.
    unsafe { utf8.set_len(utf8.len() + written) };
    result.read()
}

thread_local! {
    /// Without a state of its own; making one for each text costs more than a short one.
    static ENCODER: TextEncoder = TextEncoder::new();
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["Uint8Array", "prototype", "set"], js_name = call)]
    fn copy(destination: &mut [MaybeUninit<u8>], source: &Uint8Array);

    /// web-sys has it for Rust's strings only, where it has no use.
    type TextEncoder;
    type EncodeIntoResult;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method, js_name = encodeInto)]
    fn encode_into(
        this: &TextEncoder,
        source: &JsString,
        destination: &mut [MaybeUninit<u8>],
    ) -> EncodeIntoResult;

    #[wasm_bindgen(method, getter)]
    fn read(this: &EncodeIntoResult) -> u32;

    #[wasm_bindgen(method, getter)]
    fn written(this: &EncodeIntoResult) -> u32;
}
