"""The record and its rules: standard library only, no logging, no clock, no files."""
