//! The race's candidate on web-sys alone: callbacks, as a program without a library has them.

use std::{cell::RefCell, rc::Rc};

use futures_channel::oneshot;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, MessageEvent, WebSocket};

#[wasm_bindgen]
pub struct Socket {
    raw: WebSocket,
    goal: Rc<RefCell<Option<Goal>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

/// How many messages are still waited for, and who is told the sum of their lengths.
struct Goal {
    left: u32,
    total: usize,
    done: oneshot::Sender<usize>,
}

#[wasm_bindgen]
impl Socket {
    pub async fn open(url: String) -> Result<Socket, JsValue> {
        let raw = WebSocket::new(&url)?;
        raw.set_binary_type(BinaryType::Arraybuffer);

        let goal = Rc::new(RefCell::new(None::<Goal>));
        let on_message = {
            let goal = Rc::clone(&goal);
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let data = event.data();
                let len = match data.dyn_ref::<ArrayBuffer>() {
                    Some(buffer) => Uint8Array::new(buffer).to_vec().len(),
                    None => data.as_string().map_or(0, |text| text.len()),
                };
                let mut goal = goal.borrow_mut();
                if let Some(mut current) = goal.take() {
                    current.total += len;
                    current.left -= 1;
                    if current.left == 0 {
                        let _ = current.done.send(current.total);
                    } else {
                        *goal = Some(current);
                    }
                }
            })
        };
        raw.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let (opened, opening) = oneshot::channel();
        let on_open = Closure::once(move || {
            let _ = opened.send(());
        });
        raw.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        opening.await.map_err(|_| "the socket was not opened")?;
        raw.set_onopen(None);
        Ok(Self {
            raw,
            goal,
            _on_message: on_message,
        })
    }

    /// Reads so many messages and returns the sum of their lengths.
    pub async fn receive(&mut self, count: u32) -> Result<f64, JsError> {
        let (done, total) = oneshot::channel();
        *self.goal.borrow_mut() = Some(Goal {
            left: count,
            total: 0,
            done,
        });
        Ok(total.await? as f64)
    }

    pub fn send_text(&mut self, text: String, count: u32) -> Result<(), JsValue> {
        for _ in 0..count {
            self.raw.send_with_str(&text)?;
        }
        Ok(())
    }

    pub fn send_binary(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsValue> {
        for _ in 0..count {
            self.raw.send_with_u8_array(&bytes)?;
        }
        Ok(())
    }

    pub fn close(self) -> Result<(), JsValue> {
        self.raw.set_onmessage(None);
        self.raw.close()
    }
}
