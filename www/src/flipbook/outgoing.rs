//! [`Outgoing`]: a frame that is sent again and again, in one buffer of the browser's.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_websocket::Message;
use wasm_websocket_demo_format::flipbook::Header;

use crate::drawing::Surface;

/// A message in which only number and time change, so that sending one allocates nothing.
#[derive(Debug)]
pub(super) struct Outgoing {
    message: Message,
    header: Uint8Array,
    image: u32,
}

impl Outgoing {
    /// Of this PNG, padded to `size` bytes if it is shorter.
    pub(super) fn new(png: &Uint8Array, size: u32) -> Self {
        let header = Header::LENGTH as u32;
        let image = png.length();
        let bytes = Uint8Array::new_with_length(size.max(header + image));
        bytes.set(png, header);
        Self {
            header: bytes.subarray(0, header),
            message: bytes.into(),
            image,
        }
    }

    /// What is to be sent before the next call, which changes it.
    pub(super) fn message(&self, number: u32, created: f64) -> Message {
        let header = Header {
            number,
            image: self.image,
            created,
        };
        self.header.copy_from(&header.to_bytes());
        self.message.clone()
    }
}

/// The PNG of what is on a surface when this is called.
pub(super) fn png(
    surface: &Surface,
) -> impl std::future::Future<Output = Result<Uint8Array, String>> + 'static {
    let blob = surface.png();
    async move {
        let buffer = JsFuture::from(blob.await?.array_buffer()).await;
        let buffer = buffer.map_err(|_| "the browser can't read its own PNG".to_owned())?;
        Ok(Uint8Array::new(buffer.unchecked_ref()))
    }
}
