/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reports/markup.h"

#define X(text) ((const xmlChar *) (text))

void markup_open(xmlTextWriterPtr xml, const char *element, const char *class)
{
        xmlTextWriterStartElement(xml, X(element));
        if (class)
                markup_attribute(xml, "class", class);
}

void markup_close(xmlTextWriterPtr xml)
{
        xmlTextWriterFullEndElement(xml);
}

void markup_close_void(xmlTextWriterPtr xml)
{
        xmlTextWriterEndElement(xml);
}

void markup_attribute(xmlTextWriterPtr xml, const char *name, const char *value)
{
        xmlTextWriterWriteAttribute(xml, X(name), X(value));
}

void markup_attributef(xmlTextWriterPtr xml, const char *name, const char *format, ...)
{
        g_autofree char *value = NULL;
        va_list arguments;

        va_start(arguments, format);
        value = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        markup_attribute(xml, name, value);
}

void markup_text(xmlTextWriterPtr xml, const char *text)
{
        xmlTextWriterWriteString(xml, X(text));
}

void markup_textf(xmlTextWriterPtr xml, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        markup_text(xml, text);
}

void markup_element(xmlTextWriterPtr xml, const char *element, const char *class, const char *text)
{
        markup_open(xml, element, class);
        markup_text(xml, text);
        markup_close(xml);
}
