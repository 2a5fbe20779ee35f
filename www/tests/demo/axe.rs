//! The page before [axe-core](https://github.com/dequelabs/axe-core), which knows the rules of
//! [WCAG](https://www.w3.org/TR/WCAG22/) that a program can check, and more.

use std::{env, fs};

use serde_json::json;

use crate::{demo::Demo, support::Scheme};

impl Demo {
    /// Panics at a finding that is serious or critical, in what is shown now, in a narrow window
    /// and in a wide one.
    pub(crate) async fn no_serious_finding_by_axe(&self, scheme: Scheme) {
        if self.evaluate("return 'axe' in window").await != true {
            self.evaluate(&source()).await;
        }
        for width in [390, 1280] {
            self.session.set_viewport(width, 1100, 1.0).await;
            let report = self.evaluate(include_str!("axe.js")).await;
            let place = format!("{}, {width} px, {scheme:?}", report["place"]);
            assert_eq!(report["width"], width, "{place}");
            assert_eq!(report["dark"], scheme == Scheme::Dark, "{place}");
            assert!(report["kept"].as_u64() > Some(10), "{place}: {report:#}");
            let broken = &report["broken"];
            assert!(*broken == json!([]), "{place}: {broken:#}");
        }
    }
}

/// All of axe, which `scripts/setup test` installs.
fn source() -> String {
    let file = env::var_os("AXE").unwrap_or_else(|| {
        panic!("AXE is to name axe.min.js: eval \"$(scripts/setup --env)\" sets it")
    });
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
