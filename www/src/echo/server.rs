//! What the view asks of the server that the page came from, besides its socket.

use wasm_bindgen_futures::JsFuture;
use web_sys::Window;

use crate::fetch::fetch;

/// Has it drop all connections, of everybody; how many there were, or in words why it didn't.
pub(crate) async fn drop_everybody(window: Window) -> Result<u32, String> {
    let response = fetch(&window, "POST", "/drop", None).await?;
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
