//! A server that is there, as the folder says.

use gloo_timers::future::TimeoutFuture;
use serde_json::{json, Value};
use wasm_websocket::{Connection, Transport};

use crate::support::{fetch, new_id, text_answer, within};

pub(crate) struct Peer {
    name: String,
    url: String,
    pub(crate) deflate: bool,
    /// It's the project's own, with its routes; the others answer alike at any path.
    own: bool,
    proxied: bool,
}

impl Peer {
    pub(crate) async fn find(name: &str) -> Self {
        let all: Value = serde_json::from_str(&text("/peers.json").await).unwrap();
        let facts = &all["peers"][name];
        Self {
            name: name.to_owned(),
            url: facts["url"].as_str().expect("a peer's address").to_owned(),
            deflate: facts["deflate"] == true,
            own: facts["own"] == true,
            proxied: all["proxied"] == true,
        }
    }

    /// Where it echoes, and remembers the connection by this name.
    pub(crate) fn echo(&self, id: &str) -> String {
        match self.own {
            true => format!("{}echo?id={id}", self.url),
            false => format!("{}{id}", self.url),
        }
    }

    /// Where it chooses the subprotocol `talk`.
    pub(crate) fn talk(&self, id: &str) -> String {
        match self.own {
            true => format!("{}test/protocol?choose=talk", self.url),
            false => self.echo(id),
        }
    }

    pub(crate) async fn open(&self, id: &str, transport: Transport) -> Connection {
        open(&self.echo(id), transport).await
    }

    /// A connection that it closes.
    pub(crate) async fn open_to_be_closed(
        &self,
        code: u16,
        reason: &str,
        transport: Transport,
    ) -> Connection {
        if self.own {
            let reason = js_sys::encode_uri_component(reason);
            let url = format!("{}test/close?code={code}&reason={reason}", self.url);
            return open(&url, transport).await;
        }
        let connection = open(&self.url, transport).await;
        let text = format!("close {code} {reason}");
        connection.send(text).await.unwrap();
        connection
    }

    /// The code and the reason that it got, 1005 for none, once the connection is gone.
    pub(crate) async fn saw_close(&self, id: &str) -> (u16, String) {
        within(async {
            loop {
                let close = match self.own {
                    true => self.remembered_close(id).await,
                    false => self.logged_close(id).await,
                };
                if let Some(close) = close {
                    return close;
                }
                TimeoutFuture::new(20).await;
            }
        })
        .await
    }

    async fn remembered_close(&self, id: &str) -> Option<(u16, String)> {
        let http = self.url.replacen("ws", "http", 1);
        let memory = text(&format!("{http}test/socket/{id}")).await;
        let memory: Value = serde_json::from_str(&memory).unwrap();
        let close = &memory["close"];
        let code = match &close["code"] {
            Value::Null => json!(1005),
            code => code.clone(),
        };
        let ended = memory["seen"] == true && memory["open"] == false;
        ended.then(|| {
            let reason = close["reason"].as_str().unwrap().to_owned();
            (code.as_u64().unwrap() as u16, reason)
        })
    }

    /// From a line `closed /ID CODE REASON`.
    async fn logged_close(&self, id: &str) -> Option<(u16, String)> {
        let log = text(&format!("/{}.log", self.name)).await;
        let begin = format!("closed /{id} ");
        let line = log.lines().find_map(|line| line.strip_prefix(&begin))?;
        let (code, reason) = line.split_once(' ').unwrap_or((line, ""));
        Some((code.parse().unwrap(), reason.to_owned()))
    }

    /// Whether the proxy's log knows its address, if there is a proxy.
    pub(crate) async fn was_asked_by_proxy(&self) -> Option<bool> {
        if !self.proxied {
            return None;
        }
        let (_, address) = self.url.split_once("://").unwrap();
        let request = format!("CONNECT {} ", address.trim_end_matches('/'));
        Some(text("/proxy.log").await.contains(&request))
    }
}

async fn open(url: &str, transport: Transport) -> Connection {
    let builder = Connection::builder(url).transport(transport);
    within(builder.connect()).await.unwrap()
}

/// What is at this address, or nothing.
async fn text(url: &str) -> String {
    // Browsers would keep it.
    text_answer(fetch(&format!("{url}?{}", new_id()))).await
}
