//! [`Event`]: all that the view reacts to, in one type.

use js_sys::Uint8Array;
use wasm_websocket::Sender;
use wasm_websocket_demo_format::flipbook::Header;
use web_sys::ImageBitmap;

use super::{book::Edit, starters::Starter, transport::Transport};
use crate::events;

/// Something that happened.
#[derive(Debug)]
pub(super) enum Event {
    /// A person changed something about the frames.
    Edit(Edit),
    /// A person chose a frame of the strip.
    Choose,
    /// A person takes one of the flipbooks to start with.
    Start(Starter),
    /// A person drew, or cleared the frame.
    Drew,
    /// A person switched the onion skin.
    Onion,
    /// The PNG of a frame is ready, as it was in this version.
    Encoded {
        leaf: u32,
        version: u32,
        png: Result<Uint8Array, String>,
    },
    /// A person chose something else about the network and the frames.
    Setting,
    /// A person wants it to be played, or to stop.
    Play,
    /// It isn't seen any more.
    Stop,
    /// The browser is about to show a frame.
    Tick,
    /// It happened to the flipbook that is played, or was.
    Of(u32, Playing),
    /// A person wants the figures in a file.
    SaveCsv,
    SavePng,
}

/// Something that happened to a flipbook that is being played.
#[derive(Debug)]
pub(super) enum Playing {
    /// Frames can be sent.
    Connected(Sender),
    /// The server says something, as JSON.
    Told(String),
    /// A reader can read.
    Ready,
    Arrived(Transport, Arrived),
    /// A frame can be drawn, or is no picture.
    Decoded(Transport, Header, Option<ImageBitmap>),
    /// It can't go on.
    Failed(String),
}

/// A frame that came back.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) header: Header,
    pub(super) image: Uint8Array,
}

/// Where events go to.
pub(super) type Events = events::Events<Event>;

/// Where the events of one flipbook that is played go to.
#[derive(Clone, Debug)]
pub(super) struct RunEvents {
    pub(super) events: Events,
    pub(super) run: u32,
}

impl RunEvents {
    pub(super) fn send(&self, event: Playing) {
        self.events.send(Event::Of(self.run, event));
    }
}
