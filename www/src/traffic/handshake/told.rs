//! What the server tells of a handshake.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_websocket_demo_format::recording::Head;
use web_sys::Window;

use super::Handshake;
use crate::fetch::fetch;

/// Asks the server that the page came from.
pub(super) async fn ask(window: &Window, path: &str) -> Result<Handshake, String> {
    let response = fetch(window, "GET", path, None).await?;
    match response.status() {
        200 => {}
        404 => return Err("the server doesn't know this handshake, or not any more".to_owned()),
        status => return Err(format!("the server of this page answered {status}")),
    }
    let json = match response.json() {
        Ok(json) => JsFuture::from(json).await.ok(),
        Err(_) => None,
    };
    json.as_ref().and_then(handshake).ok_or_else(|| {
        "the server of this page answered something else than a handshake".to_owned()
    })
}

fn handshake(json: &JsValue) -> Option<Handshake> {
    let request = get(json, "request")?;
    let response = get(json, "response")?;
    Some(Handshake {
        request: head(&request),
        response: head(&response),
    })
}

fn head(json: &JsValue) -> Option<Head> {
    let headers: Array = get(json, "headers")?.dyn_into().ok()?;
    let pairs = headers.iter().filter_map(|pair| {
        let pair: Array = pair.dyn_into().ok()?;
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    Some(Head {
        line: get(json, "line")?.as_string()?,
        headers: pairs.collect(),
    })
}

fn get(json: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(json, &name.into());
    value.ok().filter(|value| !value.is_undefined())
}
