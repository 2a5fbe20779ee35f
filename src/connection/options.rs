//! [`Options`]: the second argument of the constructor, where a runtime takes an object
//! ([the constructor](https://websockets.spec.whatwg.org/#dom-websocket-websocket)).

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{prelude::*, JsCast};

use crate::{protocol, Error, WebSocket};

/// The setting. It holds the functions that use it, so that only apps with options have them.
#[derive(Clone, Debug)]
pub(super) struct Options {
    given: Object,
    init: fn(&Object, &[String]) -> Result<Object, Error>,
    construct: fn(&str, &Object) -> Result<WebSocket, Error>,
}

impl Options {
    pub(super) fn new(given: Object) -> Self {
        Self {
            given,
            init,
            construct: WebSocket::with_init,
        }
    }

    /// A copy of the object, with these subprotocols in it.
    pub(super) fn init(&self, protocols: &[String]) -> Result<Object, Error> {
        (self.init)(&self.given, protocols)
    }

    /// Starts to connect by the standard's constructor.
    pub(super) fn construct(&self, url: &str, protocols: &[String]) -> Result<WebSocket, Error> {
        (self.construct)(url, &self.init(protocols)?)
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
