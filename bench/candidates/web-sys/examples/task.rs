//! The small app of the figures of size, on web-sys alone but written as a task: the least that
//! `connect`, `send` and `next` can cost with wasm-bindgen's executor. It handles no error.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, WebSocket};

#[derive(Default)]
struct Shared {
    messages: RefCell<VecDeque<JsValue>>,
    closed: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

const EVENTS: [&str; 3] = ["open", "message", "close"];

#[wasm_bindgen]
pub async fn echo(url: String) -> Option<String> {
    let socket = WebSocket::new(&url).ok()?;
    let shared = Rc::new(Shared::default());
    let listener = Closure::<dyn FnMut(Event)>::new({
        let shared = Rc::clone(&shared);
        move |event: Event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            if !data.is_undefined() {
                shared.messages.borrow_mut().push_back(data);
            }
            shared.closed.set(event.type_() == "close");
            if let Some(waker) = shared.waker.take() {
                waker.wake();
            }
        }
    });
    for event in EVENTS {
        let _ = socket.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }

    poll_fn(|cx| match socket.ready_state() {
        WebSocket::CONNECTING => {
            shared.waker.set(Some(cx.waker().clone()));
            Poll::Pending
        }
        _ => Poll::Ready(()),
    })
    .await;
    socket.send_with_str("hello").ok()?;
    let message = poll_fn(|cx| match shared.messages.borrow_mut().pop_front() {
        None if !shared.closed.get() => {
            shared.waker.set(Some(cx.waker().clone()));
            Poll::Pending
        }
        message => Poll::Ready(message),
    })
    .await;

    for event in EVENTS {
        let _ =
            socket.remove_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }
    let _ = socket.close();
    message?.as_string()
}
