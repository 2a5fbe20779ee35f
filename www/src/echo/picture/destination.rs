//! [`Destination`]: the canvas for the picture that came back
//! ([createImageBitmap](https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#dom-createimagebitmap)).

use futures::{
    channel::mpsc::{self, UnboundedSender},
    StreamExt,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{spawn_local, JsFuture};
use web_sys::{Blob, ColorSpaceConversion, ImageBitmap, ImageBitmapOptions, Window};

use crate::{
    alert::Alert,
    drawing::Surface,
    page::{self, Error, Page},
};

/// Shows pictures in the order in which they came, though decoding may overtake.
#[derive(Debug)]
pub(crate) struct Destination {
    pictures: UnboundedSender<(Blob, Alert)>,
}

impl Destination {
    pub(crate) fn new(page: &Page) -> Result<Self, Error> {
        let surface = Surface::new(page.element("destination")?)?;
        let window = page.window.clone();
        let (pictures, mut receiver) = mpsc::unbounded::<(Blob, Alert)>();
        // It ends when this value is dropped, and with it the sender.
        spawn_local(async move {
            while let Some((picture, error)) = receiver.next().await {
                if let Err(words) = show(&surface, &window, &picture).await {
                    error.show(words);
                }
            }
        });
        Ok(Self { pictures })
    }

    pub(crate) fn show(&self, picture: Blob, error: Alert) {
        // It fails only when the task is gone, which this value keeps.
        let _ = self.pictures.unbounded_send((picture, error));
    }
}

async fn show(surface: &Surface, window: &Window, picture: &Blob) -> Result<(), String> {
    let bitmap = decode(window, picture)
        .await
        .ok_or("what came from the server is not a picture")?;
    let shown = surface.show(&bitmap);
    let label = format!(
        "Destination: the picture that came back, {} by {} pixels",
        bitmap.width(),
        bitmap.height()
    );
    page::set_attribute(&surface.canvas, "aria-label", &label);
    bitmap.close();
    shown
}

/// Decodes without a change of colours; `None` if it isn't a picture.
async fn decode(window: &Window, picture: &Blob) -> Option<ImageBitmap> {
    let options = ImageBitmapOptions::new();
    options.set_color_space_conversion(ColorSpaceConversion::None);
    let promise = window
        .create_image_bitmap_with_blob_and_image_bitmap_options(picture, &options)
        .ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
