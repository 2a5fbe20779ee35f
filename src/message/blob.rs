//! [`Blob`]: binary data that stays with the browser
//! ([the Blob interface](https://w3c.github.io/FileAPI/#blob-section)).

use std::{
    fmt,
    future::Future,
    hash::{Hash, Hasher},
    ops::Deref,
    pin::Pin,
    task::{ready, Context, Poll},
};

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Url;

use super::Bytes;
use crate::{
    local::Local,
    sys::{self, Any},
    Error,
};

/// A binary message as the browser's Blob.
///
/// The browser may keep its content on disk, so reading it is asynchronous. Shown as an image
/// or offered as a file through its [`object_url`](Self::object_url), it never enters
/// WebAssembly's memory.
///
/// Two Blobs are equal if they are the same object of the browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob(web_sys::Blob);

impl Blob {
    /// Recognizes a Blob by its shape.
    pub(super) fn from_js(value: JsValue) -> Option<Self> {
        sys::number(value.unchecked_ref::<Any>().get("size")).map(|_| Self(value.unchecked_into()))
    }

    pub(super) fn from_object(raw: web_sys::Blob) -> Self {
        Self(raw)
    }

    /// Returns the number of bytes ([`size`](https://w3c.github.io/FileAPI/#dfn-size)).
    #[must_use]
    pub fn size(&self) -> u64 {
        size(&self.0)
    }

    /// Returns the media type that the Blob was made with, which is empty for a received one
    /// ([`type`](https://w3c.github.io/FileAPI/#dfn-type)).
    #[must_use]
    pub fn type_(&self) -> String {
        sys::string(self.any().get("type"))
    }

    /// Reads the whole content.
    ///
    /// Blobs that are read concurrently may finish in any order. To keep the order of messages, finish
    /// reading one before the next.
    ///
    /// # Errors
    ///
    /// [`Error::Exception`] if the browser can't read the Blob, for example because its file has changed.
    pub async fn bytes(&self) -> Result<Bytes, Error> {
        self.read().await
    }

    /// Starts to read all of it.
    pub(crate) fn read(&self) -> ReadBlob {
        let promise = match self.any().array_buffer() {
            // That of a polyfill may be no promise.
            Ok(buffer) => Promise::resolve(&buffer),
            Err(exception) => Promise::reject(&exception),
        };
        ReadBlob(Local::new(promise.into()))
    }

    fn any(&self) -> &Any {
        self.0.unchecked_ref()
    }

    /// Creates a URL for the Blob, for `src` and `href` in this page. It is valid until it is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Exception`] in a service worker, where there are no such URLs.
    pub fn object_url(&self) -> Result<ObjectUrl, Error> {
        Url::create_object_url_with_blob(&self.0)
            .map(ObjectUrl)
            .map_err(|exception| Error::from_exception(&exception))
    }

    /// Returns the browser's object.
    pub fn as_raw(&self) -> &web_sys::Blob {
        &self.0
    }
}

/// The bytes of a Blob of any realm.
pub(super) fn size(blob: &web_sys::Blob) -> u64 {
    // A whole number, and far below where a double would round it.
    sys::number(blob.unchecked_ref::<Any>().get("size")).unwrap_or(0.0) as u64
}

impl From<Blob> for web_sys::Blob {
    fn from(blob: Blob) -> Self {
        blob.0
    }
}

/// Hashes the size, the only thing to be had of the content at once.
impl Hash for Blob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.size().hash(state);
    }
}

/// The size, not the content.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.size())
    }
}

/// The bytes of a Blob that is being read.
#[derive(Debug)]
pub(crate) struct ReadBlob(Local<JsFuture>);

impl Future for ReadBlob {
    type Output = Result<Bytes, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let read = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(
            read.and_then(Bytes::from_js)
                .map_err(|exception| Error::from_exception(&exception)),
        )
    }
}

/// A `blob:` URL, revoked when dropped
/// ([blob URLs](https://w3c.github.io/FileAPI/#url)).
///
/// What loads it must have begun by then: an image element that has fired `load` needs it no
/// longer.
#[derive(Debug)]
#[must_use = "the URL is revoked when it is dropped"]
pub struct ObjectUrl(String);

impl Deref for ObjectUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        // The binding is fallible, the method is not.
        let _ = Url::revoke_object_url(&self.0);
    }
}
