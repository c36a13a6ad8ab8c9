"""Certificates for the box's own HTTPS, made here: nobody outside is asked."""
