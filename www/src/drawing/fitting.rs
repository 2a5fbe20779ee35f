//! [`Fitting`]: a canvas with as many pixels as the screen shows of it
//! ([ResizeObserver](https://www.w3.org/TR/resize-observer/)).

use std::{cell::RefCell, rc::Rc};

use gloo_events::EventListener;
use wasm_bindgen::{closure::Closure, JsCast};
use web_sys::{HtmlCanvasElement, ResizeObserver};

use super::hands::Sheet;
use crate::page::{self, Error, Page};

/// Keeps the size up to date until it is dropped.
#[derive(Debug)]
pub(crate) struct Fitting {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
    _zoom: EventListener,
}

impl Fitting {
    pub(crate) fn new(
        page: &Page,
        canvas: &HtmlCanvasElement,
        sheet: &Rc<RefCell<dyn Sheet>>,
    ) -> Result<Self, Error> {
        let fit = {
            let (window, canvas, sheet) = (page.window.clone(), canvas.clone(), sheet.clone());
            move || {
                let area = canvas.get_bounding_client_rect();
                let density = window.device_pixel_ratio();
                let pixels = |length: f64| ((length * density).round() as u32).max(1);
                // Without a layout there is nothing to fit to.
                if area.width() > 0.0 {
                    let (width, height) = (pixels(area.width()), pixels(area.height()));
                    sheet.borrow_mut().resize(width, height);
                }
            }
        };
        fit();
        let callback = Closure::<dyn FnMut()>::new(fit.clone());
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref())
            .map_err(|_| Error::Unsupported("a ResizeObserver"))?;
        observer.observe(canvas);
        Ok(Self {
            observer,
            _callback: callback,
            // The observer isn't told of a new density in the same layout.
            _zoom: page::listen(&page.window, "resize", move |_| fit()),
        })
    }
}

impl Drop for Fitting {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
