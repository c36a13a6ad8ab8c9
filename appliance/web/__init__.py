"""The clinician's pages: server-rendered, nothing from anywhere else, nothing kept in the browser."""
