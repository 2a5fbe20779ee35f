//! An observer that panics.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen_test::wasm_bindgen_test as test;
use wasm_websocket::{Connection, Traced};

use super::{
    assert_closes, assert_echoes, panic_on_purpose, sleep, transports, url, within, Bystander,
};

fn word(traced: &Traced<'_>) -> &'static str {
    match traced {
        Traced::Opened { .. } => "opened",
        Traced::Received(_) => "received",
        Traced::Sent(_) => "sent",
        Traced::Closed(_) => "closed",
        _ => "else",
    }
}

#[test]
async fn whatever_it_panics_at_the_connection_goes_on_and_tells_the_rest() {
    for transport in transports() {
        for at in ["opened", "sent", "received", "closed"] {
            let bystander = Bystander::new().await;
            let told = Rc::new(RefCell::new(Vec::new()));
            let builder = Connection::builder(&url("/echo")).transport(transport);
            let builder = builder.observe({
                let told = Rc::clone(&told);
                move |traced| {
                    told.borrow_mut().push(word(traced));
                    if word(traced) == at {
                        panic_on_purpose();
                    }
                }
            });
            let mut connection = within(builder.connect()).await.unwrap();
            assert_echoes(&mut connection, "one").await;
            assert_echoes(&mut connection, "two").await;
            assert_closes(connection).await;
            sleep(20).await;
            let told = told.take();
            let all = ["opened", "sent", "received", "sent", "received", "closed"];
            assert_eq!(told, all, "{at}, {transport:?}");
            let panics = told.iter().filter(|told| **told == at).count();
            bystander.check(panics).await;
        }
    }
}
