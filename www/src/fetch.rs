//! What the page asks of the server that it came from, besides sockets
//! ([fetch](https://fetch.spec.whatwg.org/#fetch-method)).

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response, Window};

/// The answer to a request, whatever its status; in words if there is none. The signal gives it up.
pub(crate) async fn fetch(
    window: &Window,
    method: &str,
    path: &str,
    signal: Option<&AbortSignal>,
) -> Result<Response, String> {
    let request = RequestInit::new();
    request.set_method(method);
    request.set_signal(signal);
    JsFuture::from(window.fetch_with_str_and_init(path, &request))
        .await
        .ok()
        .and_then(|response| response.dyn_into().ok())
        .ok_or_else(|| "the server of this page can't be reached".to_owned())
}
