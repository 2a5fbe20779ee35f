//! The demo and test server of `wasm-websocket`: it serves the page, echoes at `/echo`, lets
//! people draw together at `/room/{name}`, drops everybody on `POST /drop`, tells a page of its own
//! handshakes at `/handshakes/{session}/{n}` and, where asked to, misbehaves in every way a
//! WebSocket client has to cope with.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), wasm_websocket_server::Error> {
//! use wasm_websocket_server::{Config, Server};
//!
//! let config = Config { port: 0, no_page: true, test_routes: true, ..Config::default() };
//! let server = Server::bind(config).await?.spawn();
//! println!("{}", server.url());
//! server.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! The port is opened on `127.0.0.1` alone, for https and wss where there is an [`Identity`]. HTTP and the opening handshake are hyper's and axum's,
//! frames are tungstenite's; one loop drives every socket, and a route adds no more than a small
//! behaviour.

mod behaviour;
mod closing;
mod config;
mod driver;
mod error;
mod flipbook;
mod frames;
mod handshakes;
mod heads;
mod hostile;
mod ledger;
mod liveness;
mod log;
mod meter;
mod opening;
mod origin;
mod outlet;
mod page;
mod rooms;
mod routes;
mod server;
mod sockets;
mod test_routes;
mod tls;
mod wire;

pub use config::Config;
pub use error::Error;
pub use origin::{NotAnOrigin, OriginPattern};
pub use server::{Handle, Server};
pub use tls::Identity;
