//! [`Options`]: the second argument of the constructor, where a runtime takes an object
//! ([the constructor](https://websockets.spec.whatwg.org/#dom-websocket-websocket)).

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{prelude::*, JsCast};

use crate::{protocol, sys::has_socket, Error};

/// What becomes of an exception of the constructor for this URL.
pub(super) type Explain = fn(&str, &JsValue) -> Error;

/// The setting. It holds the functions that use it, so that only apps with options have them.
#[derive(Clone, Debug)]
pub(super) struct Options {
    given: Object,
    init: fn(&Object, &[String]) -> Result<Object, Error>,
    pub(super) explain: Explain,
}

impl Options {
    pub(super) fn new(given: Object) -> Self {
        Self {
            given,
            init,
            explain,
        }
    }

    /// A copy of the object, with these subprotocols in it.
    pub(super) fn init(&self, protocols: &[String]) -> Result<Object, Error> {
        (self.init)(&self.given, protocols)
    }
}

/// What a constructor that got the copy threw.
fn explain(url: &str, exception: &JsValue) -> Error {
    let error = Error::from_exception(exception);
    match &error {
        // See `copy`.
        Error::Exception { name, .. } if name == "URIError" => {
            Error::Unsupported("options of a WebSocket")
        }
        // An option is of the wrong type.
        Error::Exception { name, .. } if name == "TypeError" && has_socket() => error,
        _ => Error::from_constructor(url, exception),
    }
}

fn init(given: &Object, protocols: &[String]) -> Result<Object, Error> {
    let protocols = protocol::list(protocols)?;
    copy(given, &protocols).map_err(|exception| Error::from_exception(&exception))
}

/// A browser that knows no options makes a string of the object, as a subprotocol. Then
/// `decodeURIComponent('%')` is called, whose `URIError` nothing else throws here.
fn copy(given: &Object, protocols: &JsValue) -> Result<Object, JsValue> {
    let decode = Reflect::get(&js_sys::global(), &"decodeURIComponent".into())?;
    let to_string = decode
        .dyn_into::<Function>()?
        .bind1(&JsValue::NULL, &"%".into());
    let prototype = Object::new();
    Reflect::set(&prototype, &"toString".into(), &to_string)?;
    let copy = assign(&Object::create(&prototype), given)?;
    Reflect::set(&copy, &"protocols".into(), protocols)?;
    Ok(copy)
}

#[wasm_bindgen]
extern "C" {
    /// js-sys lets what a getter throws through.
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn assign(target: &Object, source: &Object) -> Result<Object, JsValue>;
}
