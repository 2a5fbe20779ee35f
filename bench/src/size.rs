//! How much of a small app a user's browser has to load, compressed as servers do it.

use std::{fs, io::Write, path::Path};

use flate2::{write::GzEncoder, Compression};

use crate::{
    candidates::{Candidate, Module, Workshop},
    error::Error,
    figures::Figure,
};

/// By so many bytes the echo app may outgrow what is recorded of it.
const LEEWAY: f64 = 100.0;

/// The echo app step by step, by the features of the candidate that build it so far.
const STEPS: [(&str, &str); 3] = [
    ("connect and drop", "part-connect"),
    ("send", "part-send"),
    ("next", "part-next"),
];

/// The features of the crate, each in an echo app that uses it.
const FEATURES: [&str; 7] = [
    "reconnect",
    "json",
    "msgpack",
    "io",
    "remote",
    "stream",
    "trace",
];

/// The size of a candidate's echo app, its wasm and its JavaScript.
pub(crate) fn measure(workshop: &Workshop, candidate: &Candidate) -> Result<Option<Figure>, Error> {
    let Some(module) = workshop.build_echo(candidate)? else {
        return Ok(None);
    };
    let bytes = weigh(&module)?;
    Ok(Some(Figure::single("size", candidate.name, bytes, "bytes")))
}

/// What each part of this crate adds: the steps of the echo app to those before, from an async
/// function that does nothing, and the features to the echo app.
pub(crate) fn parts(workshop: &Workshop, candidate: &Candidate) -> Result<Vec<Figure>, Error> {
    let Some(echo) = workshop.build_echo(candidate)? else {
        return Ok(Vec::new());
    };
    let echo = weigh(&echo)?;
    let figure = |part: &str, bytes| {
        Figure::single(&format!("parts, {part}"), candidate.name, bytes, "bytes")
    };
    let mut size = weigh(&workshop.build_part("part-nothing")?)?;
    let mut figures = vec![figure("an async function", size)];
    for (part, feature) in STEPS {
        let next = weigh(&workshop.build_part(feature)?)?;
        figures.push(figure(part, next - size));
        size = next;
    }
    figures.push(figure("text to a String", echo - size));
    for feature in FEATURES {
        let size = weigh(&workshop.build_part(feature)?)?;
        figures.push(figure(&format!("feature {feature}"), size - echo));
    }
    Ok(figures)
}

/// Fails if the echo app of this crate has outgrown what is recorded of it.
pub(crate) fn check(workshop: &Workshop, candidate: &Candidate, file: &Path) -> Result<(), Error> {
    let recorded: Vec<Figure> = serde_json::from_slice(&fs::read(file)?)?;
    let recorded = recorded
        .iter()
        .find(|figure| figure.name == "size" && figure.candidate == candidate.name)
        .map_or(0.0, |figure| figure.median);
    let size = measure(workshop, candidate)?.map_or(0.0, |figure| figure.median);
    eprintln!("The echo app has {size} bytes; {recorded} are recorded");
    if size > recorded + LEEWAY {
        return Err(Error::Grown(size - recorded));
    }
    Ok(())
}

fn weigh(module: &Module) -> Result<f64, Error> {
    Ok((gzipped(&module.wasm)? + gzipped(&module.js)?) as f64)
}

pub(crate) fn gzipped(file: &Path) -> Result<usize, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&fs::read(file)?)?;
    Ok(encoder.finish()?.len())
}
