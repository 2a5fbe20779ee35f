//! What the page asks of the server that it came from, besides sockets
//! ([fetch](https://fetch.spec.whatwg.org/#fetch-method)).

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, Window};

/// Has it drop all connections, of everybody; how many there were, or in words why it didn't.
pub(crate) async fn drop_everybody(window: Window) -> Result<u32, String> {
    let request = RequestInit::new();
    request.set_method("POST");
    let answer = JsFuture::from(window.fetch_with_str_and_init("/drop", &request));
    let response: Response = answer
        .await
        .ok()
        .and_then(|response| response.dyn_into().ok())
        .ok_or("the server of this page can't be reached")?;
    if !response.ok() {
        let status = response.status();
        return Err(format!(
            "the server of this page doesn't drop connections: it answered {status}"
        ));
    }
    let number = match response.json() {
        Ok(number) => JsFuture::from(number).await.ok(),
        Err(_) => None,
    };
    number
        .and_then(|number| number.as_f64())
        .map(|number| number as u32)
        .ok_or_else(|| "the server of this page answered something else than a number".to_owned())
}
