//! An outlet of the server, as a test uses it.

use std::time::Duration;

use serde_json::{json, Value};
use tokio::net::TcpStream;

use crate::client::*;

pub(crate) struct Outlet<'a> {
    server: &'a Handle,
    pub(crate) id: String,
    pub(crate) port: u16,
}

pub(crate) async fn post(server: &Handle, path: &str) -> (String, String) {
    http(server, "POST", path, "Content-Length: 0\r\n").await
}

impl<'a> Outlet<'a> {
    pub(crate) async fn open(server: &'a Handle) -> Self {
        Self::open_with(server, "").await
    }

    pub(crate) async fn open_with(server: &'a Handle, query: &str) -> Self {
        let (head, body) = post(server, &format!("/test/outlet{query}")).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        let outlet: Value = serde_json::from_str(&body).unwrap();
        Self {
            server,
            id: outlet["id"].as_str().unwrap().to_owned(),
            port: outlet["port"].as_u64().unwrap().try_into().unwrap(),
        }
    }

    /// Tells it something, which is done when this returns.
    pub(crate) async fn tell(&self, what: &str) -> Value {
        let (head, body) = post(self.server, &format!("/test/outlet/{}/{what}", self.id)).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        serde_json::from_str(&body).unwrap()
    }

    pub(crate) async fn status(&self) -> Value {
        let path = format!("/test/outlet/{}", self.id);
        let (_, body) = http(self.server, "GET", &path, "").await;
        serde_json::from_str(&body).unwrap()
    }

    pub(crate) async fn connect(&self, path: &str) -> Socket {
        connect_at(self.port, path, &[]).await.unwrap().0
    }

    pub(crate) async fn tcp(&self) -> TcpStream {
        self.try_tcp().await.unwrap()
    }

    pub(crate) async fn try_tcp(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(("127.0.0.1", self.port)).await
    }

    pub(crate) async fn until_open(&self, count: usize) {
        soon(async {
            while self.status().await["open"] != json!(count) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }
}
