//! The server's paths in memory, so that the suite's bodies run over a pair: in browsers, and
//! natively on an executor of its own with a clock that jumps.

use std::{cell::RefCell, collections::HashMap};

use futures::{FutureExt, StreamExt};
use serde_json::{json, Value};
use wasm_websocket::{
    BinaryType, CloseCode, Error, Message, Network, Outgoing, Overflow, Sender, Side, Transport,
};

#[cfg(not(target_arch = "wasm32"))]
pub(super) use super::native::{
    run, settle_tasks, spawn_local, turn, TimeoutFuture, UncaughtGuard,
};
use super::support::{url, within};
#[cfg(target_arch = "wasm32")]
pub(super) use {
    super::crowd::{settle_tasks, turn},
    super::support::UncaughtGuard,
    gloo_timers::future::TimeoutFuture,
    wasm_bindgen_futures::spawn_local,
};

/// Stands in for `wasm_websocket::Connection` where a body calls `Connection::builder`.
pub(super) struct Connection;

impl Connection {
    pub(super) fn builder(url: &str) -> Builder {
        Builder {
            url: url.to_owned(),
            protocols: Vec::new(),
            inner: wasm_websocket::Connection::builder(url),
        }
    }
}

/// Connects with a server in memory that behaves as the path says.
pub(super) struct Builder {
    url: String,
    protocols: Vec<&'static str>,
    inner: wasm_websocket::Builder,
}

impl Builder {
    pub(super) fn transport(self, _: Transport) -> Self {
        self
    }

    pub(super) fn protocols(mut self, protocols: impl IntoIterator<Item = &'static str>) -> Self {
        self.protocols = protocols.into_iter().collect();
        self.inner = self.inner.protocols(self.protocols.clone());
        self
    }

    pub(super) fn binary_type(mut self, binary_type: BinaryType) -> Self {
        self.inner = self.inner.binary_type(binary_type);
        self
    }

    pub(super) fn receive_budget(mut self, bytes: u64, overflow: Overflow) -> Self {
        self.inner = self.inner.receive_budget(bytes, overflow);
        self
    }

    pub(super) fn send_watermarks(mut self, low: u64, high: u64) -> Self {
        self.inner = self.inner.send_watermarks(low, high);
        self
    }

    pub(super) fn close_code(mut self, code: CloseCode) -> Self {
        self.inner = self.inner.close_code(code);
        self
    }

    pub(super) async fn connect(self) -> Result<wasm_websocket::Connection, Error> {
        let query = Query::new(&self.url);
        let speaks = query.text("choose").map(str::to_owned);
        let (client, server, network) = self.inner.pair(|server| server.protocols(speaks))?;
        // As over a network, nothing arrives before the next turn.
        network.pause(Side::Client);
        spawn_local(carry(network.clone(), server.closed(), Pace::new(&query)));
        spawn_local(serve(server, network, query, self.protocols));
        Ok(client)
    }
}

pub(super) async fn open(path: &str, transport: Transport) -> wasm_websocket::Connection {
    let builder = Connection::builder(&url(path)).transport(transport);
    builder.connect().await.unwrap()
}

pub(super) async fn slow(transport: Transport, query: &str) -> wasm_websocket::Connection {
    use super::crowd::{HIGH, LOW};
    let builder = Connection::builder(&url(&format!("/test/sink?{query}"))).transport(transport);
    builder.send_watermarks(LOW, HIGH).connect().await.unwrap()
}

/// The network holds nothing.
pub(super) async fn fill_the_network(sender: &Sender) {
    super::crowd::fill(sender);
}

/// The path and the query of a URL.
struct Query {
    path: String,
    pairs: HashMap<String, String>,
}

impl Query {
    fn new(address: &str) -> Self {
        let path = address.strip_prefix(&url("")).unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self {
            path: path.to_owned(),
            pairs: pairs
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.pairs.get(key).map(String::as_str)
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.text(key).map(|number| number.parse().unwrap())
    }
}

/// How slowly messages are taken from the network; all that there are in a turn by default.
struct Pace {
    is_one_by_one: bool,
    pause: u64,
    rate: Option<u64>,
}

impl Pace {
    fn new(query: &Query) -> Self {
        Self {
            is_one_by_one: query.path == "/test/sink",
            pause: query.number("pause").unwrap_or(0),
            rate: query.number("rate"),
        }
    }
}

/// Brings to the server what the client sends.
async fn carry(network: Network, closed: wasm_websocket::Closed, pace: Pace) {
    let mut closed = closed.fuse();
    let mut ahead = 0;
    while (&mut closed).now_or_never().is_none() {
        turn().await;
        if !network.deliver_next(Side::Client) {
            TimeoutFuture::new(1).await;
            continue;
        }
        if !pace.is_one_by_one {
            while network.deliver_next(Side::Client) {}
        }
        // All that is paced are chunks of 64 KiB at least.
        ahead += pace.rate.map_or(0, |rate| (64 << 10) * 1_000_000 / rate);
        let wait = pace.pause + ahead / 1000;
        if wait >= 10 {
            ahead = 0;
            TimeoutFuture::new(wait as u32).await;
        }
    }
}

async fn serve(
    mut server: wasm_websocket::Connection,
    network: Network,
    query: Query,
    offered: Vec<&str>,
) {
    let id = query.text("id").or(query.text("log")).unwrap_or("");
    record(id, |record| record.is_open = true);
    let after = query.number("after").unwrap_or(0);
    let mut unreported = Vec::new();
    match query.path.as_str() {
        "/test/greet" => send(&server, query.text("text").unwrap_or("hello")).await,
        "/test/protocol" => send(&server, json!(offered).to_string()).await,
        "/test/ignore-close" => network.pause(Side::Server),
        "/test/flood" => flood(&server, &query).await,
        "/test/close" if after == 0 => close(&server, &query),
        _ => {}
    }
    let mut count = 0;
    while let Some(Ok(message)) = server.next().await {
        count += 1;
        record(id, |record| {
            record.messages += 1;
            record
                .texts
                .extend(message.as_text().map(|text| text.to_string()));
        });
        match query.path.as_str() {
            "/echo" | "/test/greet" | "/test/protocol" => send(&server, message).await,
            "/test/close" if count == after => close(&server, &query),
            "/test/abort" if count == after => network.cut(),
            "/test/sink" => {
                unreported.push(message);
                if unreported.len() as u64 >= after.max(1) {
                    send(&server, report(std::mem::take(&mut unreported))).await;
                }
            }
            "/test/close" | "/test/abort" | "/test/flood" | "/test/silent"
            | "/test/ignore-close" => {}
            path => panic!("there is no {path} in memory"),
        }
    }
    let end = server.closed().await;
    record(id, |record| {
        record.is_open = false;
        record.end = Some(end);
    });
}

/// The client may be gone by then.
async fn send(server: &wasm_websocket::Connection, message: impl Outgoing) {
    let _ = server.send(message).await;
}

fn close(server: &wasm_websocket::Connection, query: &Query) {
    match query.number("code") {
        Some(code) => {
            let reason = query.text("reason").unwrap_or("");
            server
                .close_with(CloseCode::new(code as u16), reason)
                .unwrap();
        }
        None => drop(server.close()),
    }
}

async fn flood(server: &wasm_websocket::Connection, query: &Query) {
    let size = query.number("size").unwrap() as usize;
    for i in 0..query.number("count").unwrap() as u32 {
        let is_text = match query.text("kind") {
            Some("mixed") => i % 2 == 0,
            kind => kind == Some("text"),
        };
        if is_text {
            let digits = format!("{i:010}");
            let digits = &digits[digits.len().saturating_sub(size)..];
            send(server, format!("{digits:x<size$}")).await;
        } else {
            let mut bytes = vec![i as u8; size];
            let len = size.min(4);
            bytes[..len].copy_from_slice(&i.to_le_bytes()[..len]);
            send(server, bytes).await;
        }
    }
    if query.text("then") == Some("close") {
        server.close_with(CloseCode::NORMAL, "").unwrap();
    }
}

fn report(messages: Vec<Message>) -> String {
    use sha2::{Digest, Sha256};
    let (mut hash, mut len) = (Sha256::new(), 0);
    let texts = messages.iter().filter(|message| message.is_text()).count();
    let count = messages.len();
    for message in messages {
        let bytes = match message {
            Message::Text(text) => text.into_string().into_bytes(),
            Message::Binary(bytes) => bytes.into_vec(),
            Message::Blob(blob) => panic!("{blob:?} can't be read at once"),
        };
        hash.update(&bytes);
        len += bytes.len();
    }
    let sha256 = format!("{:x}", hash.finalize());
    json!({
        "messages": count, "text": texts, "binary": count - texts, "bytes": len, "sha256": sha256,
    })
    .to_string()
}

/// What the server remembers of one connection.
#[derive(Default)]
struct Record {
    is_open: bool,
    messages: usize,
    texts: Vec<String>,
    end: Option<wasm_websocket::CloseEvent>,
}

thread_local! {
    static RECORDS: RefCell<HashMap<String, Record>> = RefCell::default();
}

fn record<T>(id: &str, act: impl FnOnce(&mut Record) -> T) -> T {
    RECORDS.with_borrow_mut(|records| act(records.entry(id.to_owned()).or_default()))
}

async fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> T {
    within(async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            TimeoutFuture::new(5).await;
        }
    })
    .await
}

pub(super) async fn server_saw_it_end(id: &str) -> Value {
    eventually(|| {
        record(id, |record| {
            let end = record.end.as_ref()?;
            let code = match end.code() {
                CloseCode::NO_STATUS_RECEIVED => None,
                code => Some(code.as_u16()),
            };
            Some(json!({
                "messages": record.messages,
                "aborted": !end.was_clean(),
                "close": { "code": code, "reason": end.reason() },
            }))
        })
    })
    .await
}

pub(super) async fn texts_at(log: &str, count: usize) -> Vec<String> {
    eventually(|| {
        record(log, |record| {
            (record.texts.len() >= count).then(|| record.texts.clone())
        })
    })
    .await
}
