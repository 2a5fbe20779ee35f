//! What the page's own policy forbids
//! ([Content Security Policy](https://www.w3.org/TR/CSP3/#directive-connect-src)).
//!
//! A program of its own, since a policy stays for as long as the page.

#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use wasm_websocket::{CloseCode, Connection, Error, Transport};

#[path = "suite/support.rs"]
#[allow(dead_code)]
mod support;

use support::{each_transport, url, within, UncaughtGuard};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(inline_js = "
    export function forbid_to_connect() {
        const policy = document.createElement('meta');
        policy.httpEquiv = 'Content-Security-Policy';
        policy.content = \"connect-src 'self'\";
        document.head.append(policy);
    }
")]
extern "C" {
    fn forbid_to_connect();
}

each_transport! {
    async fn what_the_policy_forbids_is_an_error(transport: Transport) {
        forbid_to_connect();
        let guard = UncaughtGuard::new();
        let address = url("/echo");
        let builder = Connection::builder(&address).transport(transport);
        let error = within(builder.connect()).await.unwrap_err();
        match error {
            Error::Closed(event) if format!("{transport:?}") == "STREAM" => {
                assert_eq!(event.code(), CloseCode::ABNORMAL_CLOSURE);
            }
            error => assert_eq!(error, Error::Security(address)),
        }
        guard.check().await;
    }
}
