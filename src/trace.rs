//! [`Traced`]: what a connection does, told while it happens
//! ([feedback from the protocol](https://websockets.spec.whatwg.org/#feedback-from-the-protocol)).

#![cfg_attr(not(feature = "trace"), allow(unused, unreachable_pub))]

use std::{fmt, future::poll_fn, rc::Rc};

use crate::{
    local::Local,
    unwind::{contain, spawn},
    CloseEvent, Message, WebSocket,
};

/// What a connection does, as its [observer](crate::Builder::observe) is told.
///
/// Messages are told as they are, without a copy. To look at one later, keep a clone. Of one that
/// arrived that is the same object of the browser, which stays in memory as long; one that was made
/// of Rust's data is copied.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(docsrs, doc(cfg(feature = "trace")))]
#[non_exhaustive]
pub enum Traced<'a> {
    /// The connection is open.
    Opened {
        /// The URL, resolved and serialized by the browser.
        url: &'a str,
        /// The subprotocol that the server chose; empty if it chose none.
        protocol: &'a str,
        /// The extensions that the server chose; empty if it chose none.
        extensions: &'a str,
    },
    /// A message arrived. It is told now, and read when the reader comes to it; one for which the
    /// [receive budget](crate::Builder::receive_budget) has no room is told too.
    Received(&'a Message),
    /// A message was handed to the browser. Under
    /// [`Transport::STREAM`](crate::Transport::STREAM) that comes in its turn, soon after it was
    /// sent. One that was refused isn't told, nor one for which the connection ended too soon.
    Sent(&'a Message),
    /// The connection ended, or could not be established. This is told once, and nothing after it.
    Closed(&'a CloseEvent),
}

/// Tells an observer, if there is one. What is told is looked at only then; and without the feature
/// this is no code at all.
///
/// To be used with no borrow held: who is told may do anything to the connection.
macro_rules! tell {
    ($observer:expr, $traced:expr) => {
        if cfg!(feature = "trace") {
            if let Some(callback) = $observer.callback() {
                let _ = $crate::unwind::contain(|| callback(&$traced));
            }
        }
    };
}

pub(crate) use tell;

type Callback = dyn Fn(&Traced<'_>);

/// Who is told, if anybody. Without the feature it is nobody, and takes no room.
#[derive(Clone, Default)]
pub(crate) struct Observer {
    #[cfg(feature = "trace")]
    told: Option<Told>,
    /// A builder isn't `Send` with the feature; nor is it without, so that the feature only adds.
    #[cfg(not(feature = "trace"))]
    told: std::marker::PhantomData<Local<Rc<Callback>>>,
}

#[derive(Clone)]
struct Told {
    callback: Local<Rc<Callback>>,
    /// Held here, so that an app pays for them, in size, only where it sets an observer.
    open: fn(&Callback, &WebSocket),
    follow: fn(&Rc<Callback>, &WebSocket),
}

impl Observer {
    #[cfg(feature = "trace")]
    pub(crate) fn new(callback: impl Fn(&Traced<'_>) + 'static) -> Self {
        let callback: Rc<Callback> = Rc::new(callback);
        let callback = Local::new(callback);
        Self {
            told: Some(Told {
                callback,
                open,
                follow,
            }),
        }
    }

    fn told(&self) -> Option<&Told> {
        #[cfg(feature = "trace")]
        return self.told.as_ref();
        #[cfg(not(feature = "trace"))]
        None
    }

    pub(crate) fn callback(&self) -> Option<&Callback> {
        self.told().map(|told| &**told.callback)
    }

    /// Tells that a socket is open.
    pub(crate) fn open(&self, socket: &WebSocket) {
        if let Some(told) = self.told() {
            let _ = contain(|| (told.open)(&**told.callback, socket));
        }
    }

    /// Tells how a new socket ends, and keeps it until then.
    pub(crate) fn follow(&self, socket: &WebSocket) {
        if let Some(told) = self.told() {
            (told.follow)(&told.callback, socket);
        }
    }
}

fn open(callback: &Callback, socket: &WebSocket) {
    callback(&Traced::Opened {
        url: &socket.url(),
        protocol: &socket.protocol(),
        extensions: &socket.extensions(),
    });
}

fn follow(callback: &Rc<Callback>, socket: &WebSocket) {
    let (callback, socket) = (Rc::clone(callback), socket.clone());
    spawn(async move {
        let end = socket.end();
        let mut ticket = None;
        let event = poll_fn(|cx| end.poll_event(&mut ticket, cx)).await;
        callback(&Traced::Closed(event));
    });
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observer")
            .field(&self.callback().is_some())
            .finish()
    }
}
