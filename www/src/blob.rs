//! Blobs of bytes, for what the browser does with them
//! ([the constructor](https://w3c.github.io/FileAPI/#constructorBlob)).

use js_sys::Array;
use wasm_websocket::Bytes;
use web_sys::Blob;

/// A Blob of these bytes.
pub(crate) fn blob_of(bytes: &Bytes) -> Result<Blob, String> {
    let parts = Array::of1(&bytes.as_js());
    Blob::new_with_u8_array_sequence(&parts).map_err(|_| "the browser can't make a Blob".to_owned())
}
