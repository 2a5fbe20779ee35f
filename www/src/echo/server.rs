//! What the view asks of the server that the page came from, besides its socket.

use web_sys::Window;

use crate::{fetch::fetch, json::Json};

/// Has it drop all connections, of everybody; how many there were, or in words why it didn't.
pub(crate) async fn drop_everybody(window: Window) -> Result<u32, String> {
    let response = fetch(&window, "POST", "/drop", None).await?;
    if !response.ok() {
        let status = response.status();
        return Err(format!(
            "the server of this page doesn't drop connections: it answered {status}"
        ));
    }
    let told = Json::of(&response).await;
    told.and_then(|told| told.number())
        .map(|number| number as u32)
        .ok_or_else(|| "the server of this page answered something else than a number".to_owned())
}
