//! [`Destination`]: the canvas for the picture that came back.

use futures::{
    channel::mpsc::{self, UnboundedSender},
    StreamExt,
};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, Window};

use crate::{
    alert::Alert,
    drawing::{decode, Surface},
    page::{self, Error, Page},
};

/// Shows pictures in the order in which they came, though decoding may overtake.
#[derive(Debug)]
pub(crate) struct Destination {
    pictures: UnboundedSender<(Blob, Alert)>,
}

impl Destination {
    pub(crate) fn new(page: &Page) -> Result<Self, Error> {
        let surface = Surface::paper(page.element("destination")?)?;
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
