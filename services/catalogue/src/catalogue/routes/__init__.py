"""The HTTP surface. Each router says its scope; questions are parsed here and answered by repositories."""
