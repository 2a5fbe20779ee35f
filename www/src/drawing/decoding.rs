//! A PNG becomes a picture
//! ([createImageBitmap](https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#dom-createimagebitmap)).

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ColorSpaceConversion, ImageBitmap, ImageBitmapOptions, Window};

/// Decodes without a change of colours; `None` if it isn't a picture.
pub(crate) async fn decode(window: &Window, picture: &Blob) -> Option<ImageBitmap> {
    let options = ImageBitmapOptions::new();
    options.set_color_space_conversion(ColorSpaceConversion::None);
    let promise = window
        .create_image_bitmap_with_blob_and_image_bitmap_options(picture, &options)
        .ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
