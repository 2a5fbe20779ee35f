//! The race's candidate on web-sys alone: a callback, as a program without a library has it; and the
//! least that wakes a task from one, to tell a library's cost from that of the executor.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use bench_payload::{placed_bytes, placed_text};
use futures_channel::oneshot;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, MessageEvent, WebSocket};

#[wasm_bindgen]
pub struct Socket {
    raw: WebSocket,
    shared: Rc<Shared>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

#[derive(Default)]
struct Shared {
    /// There while a callback counts the messages.
    goal: RefCell<Option<Goal>>,
    /// What a task is to count.
    lengths: RefCell<VecDeque<usize>>,
    waker: Cell<Option<Waker>>,
}

/// How many messages are still waited for, and who is told the sum of their lengths.
struct Goal {
    left: u32,
    total: usize,
    done: oneshot::Sender<usize>,
}

impl Shared {
    fn take_message(&self, data: &JsValue) {
        let len = match data.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => Uint8Array::new(buffer).to_vec().len(),
            None => data.as_string().map_or(0, |text| text.len()),
        };
        let mut goal = self.goal.borrow_mut();
        if let Some(mut current) = goal.take() {
            current.total += len;
            current.left -= 1;
            if current.left == 0 {
                let _ = current.done.send(current.total);
            } else {
                *goal = Some(current);
            }
        } else {
            self.lengths.borrow_mut().push_back(len);
            if let Some(waker) = self.waker.take() {
                waker.wake();
            }
        }
    }
}

#[wasm_bindgen]
impl Socket {
    pub async fn open(url: String) -> Result<Socket, JsValue> {
        let raw = WebSocket::new(&url)?;
        raw.set_binary_type(BinaryType::Arraybuffer);

        let shared = Rc::new(Shared::default());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let shared = Rc::clone(&shared);
            move |event: MessageEvent| shared.take_message(&event.data())
        });
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
            shared,
            _on_message: on_message,
        })
    }

    /// Reads so many messages in the callback and returns the sum of their lengths.
    pub async fn receive(&mut self, count: u32) -> Result<f64, JsError> {
        let (done, total) = oneshot::channel();
        *self.shared.goal.borrow_mut() = Some(Goal {
            left: count,
            total: 0,
            done,
        });
        Ok(total.await? as f64)
    }

    /// The same in this task, which is woken by the callback.
    pub async fn receive_in_task(&mut self, count: u32) -> f64 {
        let mut total = 0;
        for _ in 0..count {
            total += poll_fn(|cx| match self.shared.lengths.borrow_mut().pop_front() {
                Some(len) => Poll::Ready(len),
                None => {
                    self.shared.waker.set(Some(cx.waker().clone()));
                    Poll::Pending
                }
            })
            .await;
        }
        total as f64
    }

    pub fn send_text(&mut self, text: String, count: u32) -> Result<(), JsValue> {
        let text = placed_text(text);
        for _ in 0..count {
            self.raw.send_with_str(&text)?;
        }
        Ok(())
    }

    pub fn send_binary(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsValue> {
        let bytes = placed_bytes(bytes);
        for _ in 0..count {
            self.raw.send_with_u8_array(&bytes)?;
        }
        Ok(())
    }

    /// Sends so many messages, each when the answer to the one before it has come.
    pub async fn echo(&mut self, bytes: Vec<u8>, count: u32) -> Result<(), JsValue> {
        for _ in 0..count {
            self.send_binary(bytes.clone(), 1)?;
            self.receive(1).await?;
        }
        Ok(())
    }

    pub fn close(self) -> Result<(), JsValue> {
        self.raw.set_onmessage(None);
        self.raw.close()
    }
}
