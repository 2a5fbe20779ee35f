//! What the server tells of a handshake.

use wasm_websocket_demo_format::recording::Head;
use web_sys::Window;

use super::Handshake;
use crate::{fetch::fetch, json::Json};

/// Asks the server that the page came from.
pub(super) async fn ask(window: &Window, path: &str) -> Result<Handshake, String> {
    let response = fetch(window, "GET", path, None).await?;
    match response.status() {
        200 => {}
        404 => return Err("the server doesn't know this handshake, or not any more".to_owned()),
        status => return Err(format!("the server of this page answered {status}")),
    }
    let told = Json::of(&response).await;
    told.as_ref().and_then(handshake).ok_or_else(|| {
        "the server of this page answered something else than a handshake".to_owned()
    })
}

fn handshake(told: &Json) -> Option<Handshake> {
    let request = head(&told.get("request"))?;
    Some(Handshake {
        request: Some(request),
        response: head(&told.get("response")),
    })
}

fn head(told: &Json) -> Option<Head> {
    let headers = told.get("headers").items()?;
    let pairs = headers
        .iter()
        .filter_map(|header| match &header.items()?[..] {
            [name, value] => Some((name.text()?, value.text()?)),
            _ => None,
        });
    Some(Head {
        line: told.get("line").text()?,
        headers: pairs.collect(),
    })
}
