//! Files that the browser saves
//! ([the download attribute](https://html.spec.whatwg.org/multipage/links.html#attr-hyperlink-download)).

use web_sys::{Blob, HtmlAnchorElement};

use crate::page::Page;

/// Has the browser save the file.
pub(crate) fn save(page: &Page, name: &str, blob: Blob) -> Result<(), String> {
    let blob = wasm_websocket::Blob::from(blob);
    let url = blob.object_url().map_err(|error| error.to_string())?;
    let link: HtmlAnchorElement = page.create("a").map_err(|error| error.to_string())?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Ok(())
}
