//! [`Check`]: how the server proves that it understood the handshake
//! ([RFC 6455, section 4.2.2](https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2)).

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::Window;

use crate::traffic::trace::hex;

/// Every server puts this behind the key, and nobody else would.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The steps from the key to the value that accepts it.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The key with the [`GUID`] behind it.
    pub(super) joined: String,
    /// The SHA-1 hash of that, in hexadecimal digits.
    pub(super) hash: String,
    /// The hash in base64.
    pub(super) accept: String,
}

impl Check {
    /// Has the browser compute it; in words, why it doesn't.
    pub(crate) async fn of_key(window: Window, key: &str) -> Result<Self, String> {
        let joined = format!("{key}{GUID}");
        let hash = digest(&window, &joined)
            .await
            .ok_or("this browser computes no SHA-1 for this page")?;
        // One character for each byte is what it takes.
        let characters: String = hash.iter().map(|&byte| char::from(byte)).collect();
        let accept = window.btoa(&characters);
        Ok(Self {
            joined,
            hash: hex(&hash),
            accept: accept.map_err(|_| "this browser computes no base64")?,
        })
    }
}

async fn digest(window: &Window, text: &str) -> Option<Vec<u8>> {
    // Only pages that came safely have it.
    let subtle = window.crypto().ok()?.subtle();
    let bytes = Uint8Array::from(text.as_bytes());
    let digest = subtle
        .digest_with_str_and_buffer_source("SHA-1", &bytes)
        .ok()?;
    let hash = JsFuture::from(digest).await.ok()?;
    Some(Uint8Array::new(&hash).to_vec())
}
