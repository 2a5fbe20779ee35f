//! [`Figure`]: what is reported, with what is needed to judge it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{candidates::RAW_JS, error::Error};

/// All that a run has to tell.
#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) figures: Vec<Figure>,
    /// Who was left out where, and why.
    pub(crate) skipped: Vec<String>,
}

impl Results {
    pub(crate) fn to_json(&self) -> Result<String, Error> {
        Ok(serde_json::to_string_pretty(&self.figures)? + "\n")
    }
}

/// One thing measured, of one candidate.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) candidate: String,
    /// With its version; none for what no browser is needed for.
    pub(crate) browser: Option<String>,
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) unit: String,
    /// The median of the ratios to raw JavaScript in the same round.
    pub(crate) ratio: Option<f64>,
    /// The median of the differences to raw JavaScript in the same round.
    pub(crate) above_raw: Option<f64>,
    /// What the median is meant not to exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<f64>,
}

impl Figure {
    /// What is before the comma of its name: figures of the same group are shown together.
    pub(crate) fn group(&self) -> &str {
        self.name
            .split_once(", ")
            .map_or(&self.name, |(group, _)| group)
    }

    /// What is behind the comma of its name.
    pub(crate) fn item(&self) -> &str {
        self.name.split_once(", ").map_or("", |(_, item)| item)
    }

    pub(crate) fn single(name: &str, candidate: &str, value: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            candidate: candidate.to_owned(),
            browser: None,
            median: value,
            min: value,
            max: value,
            unit: unit.to_owned(),
            ratio: None,
            above_raw: None,
            limit: None,
        }
    }

    pub(crate) fn limited(self, limit: f64) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// The figures of one thing, from the samples of each candidate, round by round.
    pub(crate) fn from_samples(
        name: &str,
        browser: &str,
        unit: &str,
        samples: &BTreeMap<String, Vec<f64>>,
    ) -> Vec<Self> {
        let raw = samples.get(RAW_JS);
        let compared = |values: &[f64], compare: fn(f64, f64) -> f64| {
            let pairs = values.iter().zip(raw?);
            let results = pairs.map(|(&value, &raw)| compare(value, raw));
            median(results.collect())
        };
        samples
            .iter()
            .filter_map(|(candidate, values)| {
                Some(Self {
                    name: name.to_owned(),
                    candidate: candidate.clone(),
                    browser: Some(browser.to_owned()),
                    median: median(values.clone())?,
                    min: values.iter().copied().fold(f64::INFINITY, f64::min),
                    max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                    unit: unit.to_owned(),
                    ratio: compared(values, |value, raw| value / raw),
                    above_raw: compared(values, |value, raw| value - raw),
                    limit: None,
                })
            })
            .collect()
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 0 {
        (values[middle - 1] + upper) / 2.0
    } else {
        upper
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_middles() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn candidates_are_compared_within_each_round() {
        let samples = BTreeMap::from([
            (RAW_JS.to_owned(), vec![1.0, 10.0, 2.0]),
            ("slow".to_owned(), vec![2.0, 20.0, 4.0]),
        ]);
        let figures = Figure::from_samples("receive", "Chromium", "ns", &samples);
        let slow = figures.iter().find(|figure| figure.candidate == "slow");
        let slow = slow.expect("every candidate has a figure");
        assert_eq!(slow.ratio, Some(2.0));
        assert_eq!(slow.above_raw, Some(2.0));
        assert_eq!((slow.min, slow.median, slow.max), (2.0, 4.0, 20.0));
    }
}
